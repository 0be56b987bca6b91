using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class PeopleService
{
    /// <summary>gRPC gdx.identity.v1.People/Update: how the own name is shown, and where mails go.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<Profile> Update(UpdateProfileRequest request, ServerCallContext context)
    {
        var (id, ct) = (Caller.Of(context).Person, context.CancellationToken);
        var nameTh = request.NameTh.Length == 0 ? null : Fields.Text("name_th", request.NameTh, 200);
        var nameEn = request.NameEn.Length == 0 ? null : Fields.Text("name_en", request.NameEn, 200);
        var email = request.Email.Length == 0 ? null : ReadEmail(request.Email.Trim());
        var person = await db.People.SingleOrDefaultAsync(one => one.Id == id, ct) ?? throw Unknown();
        if ((nameTh ?? person.NameTh) != person.NameTh || (nameEn ?? person.NameEn) != person.NameEn)
        {
            person.NameVerifiedAt = null; // The registrar saw another one.
        }

        (person.NameTh, person.NameEn, person.Email) = (nameTh ?? person.NameTh, nameEn ?? person.NameEn, email ?? person.Email);
        await db.SaveChangesAsync(ct);
        return await AnswerAsync(id, ct);
    }

    private string ReadEmail(string text) => !GovernmentOnly.IsMail(text) ? throw Problems.Invalid("email", "must be an e-mail address")
        : GovernmentOnly.IsGovernment(text, environment.IsDevelopment()) ? text
        : throw Problems.Invalid("email", "must be in a government domain (go.th, or.th, mi.th, ac.th): what officers are told stays within the government");
}
