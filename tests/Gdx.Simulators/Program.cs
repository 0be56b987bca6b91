using Gdx.Simulators;

if (OutsideWorld.Refusal() is { } reason)
{
    Console.Error.WriteLine(reason);
    return 1;
}

await OutsideWorld.Build(args).RunAsync();
return 0;
