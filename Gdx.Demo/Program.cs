Console.WriteLine("gdx demo");
