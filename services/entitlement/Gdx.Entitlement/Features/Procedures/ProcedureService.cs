using Gdx.Entitlement.Contracts.V1;

namespace Gdx.Entitlement.Features;

/// <summary>gRPC gdx.entitlement.v1.Procedures: how do I get it.</summary>
public sealed partial class ProcedureService(ProcedureBook procedures) : Procedures.ProceduresBase;
