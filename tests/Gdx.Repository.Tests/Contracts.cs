using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Gdx.Repository.Tests;

/// <summary>Everything that the services promise each other, one line each: methods, fields, values, and properties of events.</summary>
internal static class Contracts
{
    /// <summary>The promises of the contracts as they are built now, in order.</summary>
    public static IReadOnlyList<string> Lines { get; } = [.. Assemblies().SelectMany(LinesOf).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The events' properties that a message on the bus must hold to be read, as in <see cref="Lines"/>.</summary>
    public static IReadOnlyList<string> Required { get; } =
        [.. Assemblies().SelectMany(Events).SelectMany(type => type.GetProperties().Where(property => property.IsDefined(typeof(RequiredMemberAttribute))).Select(property => Line(type, property))).Order(StringComparer.Ordinal)];

    /// <summary>The event that a line of an event's property belongs to; null for other lines.</summary>
    public static string? EventOf(string line) => line.StartsWith("event ", StringComparison.Ordinal) ? line.Split(' ')[1] : null;

    private static IEnumerable<Assembly> Assemblies() =>
        Directory.GetFiles(AppContext.BaseDirectory, "Gdx.*.Contracts.dll").Select(Path.GetFileNameWithoutExtension).Select(name => Assembly.Load(name!));

    private static IEnumerable<string> LinesOf(Assembly assembly) =>
        Files(assembly).SelectMany(file => file.Services.SelectMany(Methods).Concat(file.EnumTypes.SelectMany(Values)).Concat(file.MessageTypes.SelectMany(Fields)))
            .Concat(Events(assembly).SelectMany(type => type.GetProperties().Select(property => Line(type, property))));

    private static IEnumerable<FileDescriptor> Files(Assembly assembly) =>
        assembly.GetExportedTypes().Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal) && type.IsAbstract && type.IsSealed)
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)).OfType<FileDescriptor>();

    // Records in a versioned namespace that protoc did not make.
    private static IEnumerable<Type> Events(Assembly assembly) =>
        assembly.GetExportedTypes().Where(type => type is { IsClass: true, IsSealed: true, IsAbstract: false, IsNested: false } && type.Namespace!.EndsWith(".Contracts.V1", StringComparison.Ordinal)
            && !type.IsAssignableTo(typeof(IMessage)) && type.GetMethod("<Clone>$") is not null);

    private static string Line(Type type, PropertyInfo property) => $"event {type.FullName} {property.Name} {Name(property.PropertyType)}";

    private static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? $"{inner.Name}?" : type.IsGenericType ? $"{type.Name}[{string.Join(',', type.GetGenericArguments().Select(Name))}]" : type.Name;

    private static IEnumerable<string> Methods(ServiceDescriptor service) => service.Methods.Select(method =>
        $"rpc {service.FullName}/{method.Name} {(method.IsClientStreaming ? "stream " : "")}{method.InputType.FullName} → {(method.IsServerStreaming ? "stream " : "")}{method.OutputType.FullName}");

    private static IEnumerable<string> Values(EnumDescriptor type) => type.Values.Select(value => string.Create(CultureInfo.InvariantCulture, $"value {type.FullName} {value.Number} {value.Name}"));

    private static IEnumerable<string> Fields(MessageDescriptor message) => message.Fields.InDeclarationOrder().Select(field => string.Create(CultureInfo.InvariantCulture,
            $"field {message.FullName} {field.FieldNumber} {field.Name} {(field.IsRepeated ? "repeated " : "")}{TypeOf(field)}{(field.RealContainingOneof is { } oneof ? $" in {oneof.Name}" : "")}"))
        .Concat(message.NestedTypes.SelectMany(Fields)).Concat(message.EnumTypes.SelectMany(Values));

    private static string TypeOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        var type => type.ToString().ToLowerInvariant(),
    };
}
