using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.Branches: the offices of agencies, from lists in Excel.</summary>
public sealed partial class BranchService(IdentityDb db) : Branches.BranchesBase
{
    private static readonly WorkbookForm Form = new("gdx-branches.xlsx", "สาขา (Branches)",
    [
        new("รหัสสาขา (Code)", "จำเป็น อักษรอังกฤษ ตัวเลข หรือขีดกลาง 1-20 ตัว ไม่ซ้ำกัน", "Needed. 1-20 Latin letters, digits or hyphens, each code once."),
        new("ชื่อสาขาภาษาไทย (Thai name)", "จำเป็น ไม่เกิน 200 ตัวอักษร", "Needed. At most 200 characters."),
        new("ชื่อสาขาภาษาอังกฤษ (English name)", "ไม่เกิน 200 ตัวอักษร", "At most 200 characters."),
        new("จังหวัด (Province)", "จำเป็น ไม่เกิน 100 ตัวอักษร", "Needed. At most 100 characters."),
        new("ที่อยู่ (Address)", "ไม่เกิน 500 ตัวอักษร", "At most 500 characters."),
    ]);
}
