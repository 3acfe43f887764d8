/** Finds where a program uses a name as a key of an object, with the types that the compiler knows. */
import ts from 'typescript'

/** A place in a source, and what to write there instead. */
export interface IndexedName {
  readonly file: string
  readonly line: number
  readonly code: string
  readonly instead: string
}

/** Every such place in the program of a tsconfig, in files that `isWanted`. */
export function indexedNamesOf(tsconfig: string, isWanted: (file: string) => boolean): IndexedName[] {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: unreadable }
  const parsed = ts.getParsedCommandLineOfConfigFile(tsconfig, {}, host)
  const options = parsed?.options ?? {}
  return indexedNamesIn(ts.createProgram(parsed?.fileNames.filter(isWanted) ?? [], options), isWanted)
}

/** Every such place in one source that imports nothing. */
export function indexedNamesInText(text: string): IndexedName[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    target: ts.ScriptTarget.ES2022,
  }
  const host = ts.createCompilerHost(options)
  const onDisk = host.getSourceFile
  host.getSourceFile = (file, ...rest) =>
    file === 'example.ts'
      ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
      : onDisk(file, ...rest)
  return indexedNamesIn(ts.createProgram(['example.ts'], options, host), (file) => file === 'example.ts')
}

function unreadable(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
}

function indexedNamesIn(program: ts.Program, isWanted: (file: string) => boolean): IndexedName[] {
  const checker = program.getTypeChecker()
  return program
    .getSourceFiles()
    .filter(({ fileName }) => isWanted(fileName))
    .flatMap((source) => {
      const found: IndexedName[] = []
      const visit = (node: ts.Node): void => {
        const instead = insteadOf(node, checker)
        if (instead !== null) {
          const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
          found.push({ file: source.fileName, line: line + 1, code: node.getText(source), instead })
        }
        ts.forEachChild(node, visit)
      }
      visit(source)
      return found
    })
}

function insteadOf(node: ts.Node, checker: ts.TypeChecker): string | null {
  const isName = (expression: ts.Expression) => mayBeAnyText(checker.getTypeAtLocation(expression), checker)
  if (ts.isElementAccessExpression(node) && isName(node.argumentExpression))
    return 'a Map, or lookUp and putAt of base/names.ts'
  if (ts.isComputedPropertyName(node) && ts.isBindingElement(node.parent) && isName(node.expression))
    return 'lookUp of base/names.ts'
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword && isName(node.left))
    return 'Object.hasOwn'
  if (!ts.isCallExpression(node)) return null
  if (/^z\s*\.(record|looseRecord)$/.test(node.expression.getText())) return 'recordOf of base/record-of.ts'
  const isAssign = node.expression.getText() === 'Object.assign'
  const isKeyed = (source: ts.Expression) =>
    checker.getIndexInfoOfType(checker.getTypeAtLocation(source), ts.IndexKind.String) !== undefined
  return isAssign && node.arguments.slice(1).some(isKeyed) ? 'a spread, or putAt of base/names.ts' : null
}

/** Not a number, nor one of a few texts that the source itself names. */
function mayBeAnyText(type: ts.Type, checker: ts.TypeChecker): boolean {
  const known = checker.getBaseConstraintOfType(type) ?? type
  if (known.isUnion()) return known.types.some((part) => mayBeAnyText(part, checker))
  const { Any, Unknown, String: Text, TemplateLiteral, StringMapping } = ts.TypeFlags
  return (known.flags & (Any | Unknown | Text | TemplateLiteral | StringMapping)) !== 0
}
