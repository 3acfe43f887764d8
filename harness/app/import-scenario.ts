/** Files of other tools become scenarios. */
import { rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import { HarnessError, messageOf, systemCodeOf } from '../base/errors.ts'
import type { Host } from '../ports/host.ts'
import { commentLines } from '../scenario/importers/comments.ts'
import { formatOf } from '../scenario/importers/index.ts'
import { ImportReport } from '../scenario/importers/report.ts'
import { SecretValues } from '../scenario/importers/secret-values.ts'
import { ImportSource } from '../scenario/importers/source.ts'
import { documentOf } from '../scenario/importers/to-document.ts'
import { typescriptOf } from '../scenario/importers/write-typescript.ts'
import { yamlOf } from '../scenario/importers/write-yaml.ts'
import { makeFolder, readRegularText } from '../system/files.ts'
import { preparePlan } from './run/prepare.ts'

/** A longer file is no recording that a scenario could be made of. */
const BYTES_MAX = 256 * 1024 ** 2

export interface ImportRequest {
  readonly file: string
  /** Its format; undefined: found by a look at it. */
  readonly from: string | undefined
  /** The file that is written; undefined: named like the imported one, YAML. */
  readonly out: string | undefined
  /** URL that takes the place of the main server. */
  readonly target: string | undefined
}

/** The account of an import that worked. */
export interface ImportedFile {
  readonly file: string
  /** The format that it was in, for people. */
  readonly format: string
  readonly journeyCount: number
  readonly report: ImportReport
  /** The server that load would be sent to. */
  readonly url: string
}

/** Writes the scenario, and checks it. @throws HarnessError IMPORT_INVALID, USAGE */
export async function importScenario(request: ImportRequest, host: Host): Promise<ImportedFile> {
  const text = await textOf(resolve(host.cwd, request.file), request.file)
  const out = request.out ?? `${basename(request.file, extname(request.file))}.yaml`
  const [from, to] = [request.file, out].map((path) => dirname(resolve(host.cwd, path)))
  return writeImported(new ImportSource(request.file, text, from as string, to), { ...request, out }, host)
}

/** Writes the scenario of a source that is in memory. @throws HarnessError IMPORT_INVALID, USAGE */
export async function writeImported(
  source: ImportSource,
  { from, out: file, target }: Pick<ImportRequest, 'from' | 'target'> & { readonly out: string },
  host: Host,
): Promise<ImportedFile> {
  const format = formatOf(source, from)
  const write = writerOf(file)
  const report = new ImportReport()
  const imported = format.read(source, report)
  const secrets = new SecretValues(report)
  const journeys = secrets.hideIn(imported.journeys)
  const document = documentOf(
    { ...imported, journeys, login: secrets.hideInSteps(imported.login) },
    target === undefined ? {} : { target },
    report,
  )
  const path = resolve(host.cwd, file)
  await writeNew(
    path,
    file,
    write(document, commentLines(`${basename(source.file)} (${format.title})`, report)),
  )
  const { plan } = await preparePlan(file, {}, host)
  return { file, format: format.title, journeyCount: plan.journeys.length, report, url: urlOf(document) }
}

async function textOf(path: string, file: string): Promise<string> {
  try {
    return await readRegularText(path, { bytesMax: BYTES_MAX })
  } catch (cause) {
    throw new HarnessError(
      'IMPORT_INVALID',
      `${file} cannot be read: ${systemCodeOf(cause) === 'ENOENT' ? 'there is no such file' : messageOf(cause)}`,
      {
        cause,
        hint: 'Give the path of a file that was exported or recorded.',
      },
    )
  }
}

type Write = (document: Readonly<Record<string, unknown>>, comments: readonly string[]) => string

function writerOf(file: string): Write {
  switch (extname(file)) {
    case '.yaml':
    case '.yml':
      return yamlOf
    case '.ts':
    case '.mts':
      return typescriptOf
    default:
      throw new HarnessError('USAGE', `${file} is no name of a scenario`, {
        hint: 'End it with .yaml or .ts.',
      })
  }
}

async function writeNew(path: string, file: string, text: string): Promise<void> {
  await makeFolder(dirname(path))
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (cause) {
    if (systemCodeOf(cause) === 'EEXIST')
      throw new HarnessError('USAGE', `${file} already exists`, {
        cause,
        hint: 'Choose another name with -o, or remove it.',
      })
    // Half a scenario would be in the way of the next attempt.
    await rm(path, { force: true })
    throw cause
  }
}

function urlOf({ target, targets }: Readonly<Record<string, unknown>>): string {
  const main = (target ?? (targets as Readonly<Record<string, unknown>>)['main']) as {
    readonly config: { readonly url: string }
  }
  return main.config.url
}
