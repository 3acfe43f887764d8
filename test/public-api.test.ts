import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import * as assert from 'uvu/assert'
import { assertGolden } from './kit/golden.ts'
import { describe } from './kit/suite.ts'

const dist = new URL('../dist/', import.meta.url).pathname
const ENTRIES = ['index', 'api', 'plugin', 'contract'] as const

const printer = ts.createPrinter({ removeComments: true })
const parse = (file: string) =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true)

/** The declarations of an entry's names, as the types of the package state them; names of other packages as they are exported. */
function publicNames(entry: string): string[] {
  const file = join(dist, `${entry}.d.ts`)
  return parse(file)
    .statements.filter(ts.isExportDeclaration)
    .flatMap(({ exportClause, moduleSpecifier }) => {
      const from = (moduleSpecifier as ts.StringLiteral).text
      const names = (exportClause as ts.NamedExports).elements.map(({ name }) => name.text)
      return names.map((name) =>
        from.startsWith('.') ? declarationOf(name, file, from) : `${name} of ${from}`,
      )
    })
    .sort((a, b) => (a < b ? -1 : 1))
}

function declarationOf(name: string, importer: string, from: string): string {
  const file = join(dirname(importer), from).replace(/\.(ts|js)$/, '.d.ts')
  const source = parse(file)
  const own = source.statements.filter((statement) => namesOf(statement).includes(name))
  if (own.length > 0)
    return own
      .map((statement) => outlineOf(printer.printNode(ts.EmitHint.Unspecified, statement, source)))
      .join('\n')
  const [passed] = source.statements
    .filter(ts.isExportDeclaration)
    .filter(({ exportClause }) =>
      (exportClause as ts.NamedExports).elements.some((each) => each.name.text === name),
    )
  return declarationOf(
    name,
    file,
    (passed as ts.ExportDeclaration & { readonly moduleSpecifier: ts.StringLiteral }).moduleSpecifier.text,
  )
}

/** What lies deeper is the form of documents, which has golden files of its own. */
function outlineOf(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('        '))
    .join('\n')
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText())
  const { name } = statement as { readonly name?: ts.Identifier }
  return name === undefined ? [] : [name.text]
}

describe('The public names of the package', (test) => {
  test('change on purpose only: UPDATE_GOLDEN=1, a line in CHANGELOG, and the version by CONTRIBUTING.md', () => {
    const text = ENTRIES.map((entry) => `# ${entry}\n\n${publicNames(entry).join('\n')}\n`).join('\n')

    assert.match(text, 'runScenario(options: RunOptions): Promise<RunResult>')
    assertGolden(text, new URL('./golden/public-api.txt', import.meta.url))
  })
})
