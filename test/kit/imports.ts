/** Imports of texts in memory, and scenarios made of them. */
import { parse } from 'yaml'
import { commentLines } from '../../harness/scenario/importers/comments.ts'
import { formatOf } from '../../harness/scenario/importers/index.ts'
import { ImportReport } from '../../harness/scenario/importers/report.ts'
import { SecretValues } from '../../harness/scenario/importers/secret-values.ts'
import { ImportSource } from '../../harness/scenario/importers/source.ts'
import { documentOf } from '../../harness/scenario/importers/to-document.ts'
import { typescriptOf } from '../../harness/scenario/importers/write-typescript.ts'
import { yamlOf } from '../../harness/scenario/importers/write-yaml.ts'
import { resolveScenario } from '../../harness/scenario/resolve.ts'

/** A step as the document writes it. */
export interface WrittenStep {
  readonly think?: string
  readonly request: Readonly<Record<string, unknown>> & { readonly method: string; readonly path: string }
  readonly step?: string
  readonly target?: string
  readonly expect?: unknown
  readonly extract?: Readonly<Record<string, string>>
}

export interface Written {
  readonly name: string
  readonly target?: { readonly config: Readonly<Record<string, unknown>> }
  readonly targets?: Readonly<Record<string, { readonly config: Readonly<Record<string, unknown>> }>>
  readonly workload: Readonly<Record<string, unknown>>
  readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly login?: { readonly steps: readonly WrittenStep[] }
  readonly journeys: Readonly<
    Record<string, { readonly weight?: number; readonly steps: readonly WrittenStep[] }>
  >
  readonly objectives: readonly string[]
}

/** An import, with both files that can be written of it. */
export interface TriedImport {
  /** Read back from the YAML. */
  readonly written: Written
  readonly yaml: string
  readonly typescript: string
  readonly report: ImportReport
  /** Steps of the first journey. */
  readonly steps: readonly WrittenStep[]
}

/** Imports a text; what comes of it has to pass the check. @throws HarnessError */
export function imported(text: string, from?: string, folder = '/nowhere'): TriedImport {
  const source = new ImportSource('file', text, folder)
  const format = formatOf(source, from)
  const report = new ImportReport()
  const read = format.read(source, report)
  const secrets = new SecretValues(report)
  const document = documentOf(
    { ...read, journeys: secrets.hideIn(read.journeys), login: secrets.hideInSteps(read.login) },
    {},
    report,
  )
  const comments = commentLines(`file (${format.title})`, report)
  const yaml = yamlOf(document, comments)
  const written = parse(yaml) as Written
  resolveScenario(written, {}, 1)
  const [journey] = Object.values(written.journeys)
  return { written, yaml, typescript: typescriptOf(document, comments), report, steps: journey?.steps ?? [] }
}
