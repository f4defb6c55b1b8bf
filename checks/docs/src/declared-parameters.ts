import ts from 'typescript';

/** What a TypeScript program may say of each export of some packages: the names of its parameters, and those of the options in them. */
type DeclaredParameters = ReadonlyMap<string, ReadonlySet<string>>;

/** Reads the types that `program` sees of every export of `packages`, which its first file imports. Types without a call have no parameters. */
export function declaredParameters(program: ts.Program, file: string): DeclaredParameters {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file) as ts.SourceFile;
  const found = new Map<string, ReadonlySet<string>>();
  for (const statement of source.statements.filter(ts.isImportDeclaration)) {
    const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
    for (const symbol of module === undefined ? [] : checker.getExportsOfModule(module)) {
      const type = checker.getTypeOfSymbolAtLocation(symbol, source);
      const signatures = [...type.getConstructSignatures(), ...type.getCallSignatures()];
      const names = signatures.flatMap(({ parameters }) =>
        parameters.flatMap((parameter) => {
          const given = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, source));
          return [parameter.name, ...given.getProperties().map(({ name }) => name)];
        }),
      );
      found.set(symbol.name, new Set(names));
    }
  }
  return found;
}
