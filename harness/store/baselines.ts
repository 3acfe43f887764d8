/**
 * Baselines as files: `<folder>/<scenario>/<name>.json`. A file is replaced as a whole under a lock of its own and carries
 * a checksum, so that two approvals at once lose nothing, a kill leaves the old one, and an edit by hand is noticed.
 */
import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError, messageOf, systemCodeOf } from '../base/errors.ts'
import { requirePlainName } from '../base/plain-name.ts'
import { BASELINE_SCHEMA_VERSION, type Baseline, baselineSchema } from '../model/baseline.ts'
import { APPROVAL_SUFFIX } from '../model/visual.ts'
import { readRegularText } from '../system/files.ts'
import { replaceFile } from '../system/replace-file.ts'
import { underLock } from './file-lock.ts'

/** The name of one baseline. */
export interface BaselineAddress {
  /** The folder of all baselines. */
  readonly folder: string
  readonly scenario: string
  readonly name: string
}

/** Null when there is none. @throws HarnessError BASELINE_INVALID */
export async function readBaseline(address: BaselineAddress): Promise<Baseline | null> {
  const file = fileOf(address)
  let text: string
  try {
    text = await readRegularText(file)
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return null
    throw invalid(file, messageOf(cause), cause)
  }
  return parseBaseline(text, file)
}

/** Replaces a baseline by what `change` makes of it. @throws HarnessError BASELINE_INVALID, FILE_LOCKED, REPORT_UNWRITABLE */
export async function updateBaseline(
  address: BaselineAddress,
  change: (current: Baseline | null) => Baseline,
): Promise<Baseline> {
  const file = fileOf(address)
  return await underLock(file, async () => {
    const changed = change(await readBaseline(address))
    await write(file, textOf(changed))
    return changed
  })
}

/** @throws HarnessError FILE_LOCKED */
export async function removeBaseline(address: BaselineAddress): Promise<void> {
  const file = fileOf(address)
  await underLock(file, () => rm(file, { force: true }))
}

/** All baselines of a folder, by scenario and name; approved pictures, which may lie there too, are none. */
export async function listBaselines(folder: string): Promise<BaselineAddress[]> {
  const found: BaselineAddress[] = []
  for (const scenario of await namesIn(folder)) {
    for (const file of await namesIn(join(folder, scenario)))
      if (file.endsWith('.json') && !file.endsWith(APPROVAL_SUFFIX))
        found.push({ folder, scenario, name: file.slice(0, -'.json'.length) })
  }
  return found.sort((a, b) => (fileOf(a) < fileOf(b) ? -1 : 1))
}

/** Path of a baseline's file. @throws HarnessError USAGE for names that are none */
export function fileOf({ folder, scenario, name }: BaselineAddress): string {
  requirePlainName('a scenario', scenario)
  if (!/^[\w-][\w.-]*$/.test(name))
    throw new HarnessError('USAGE', `'${name}' cannot name a baseline`, {
      hint: 'Use letters, digits, ., - and _, for example main or release-2.4.',
    })
  return join(folder, scenario, `${name}.json`)
}

/** @throws HarnessError BASELINE_INVALID */
function parseBaseline(text: string, file: string): Baseline {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw invalid(file, messageOf(cause), cause)
  }
  if (typeof document !== 'object' || document === null) throw invalid(file, 'it holds no object', null)
  const { checksum, ...content }: { checksum?: unknown; schemaVersion?: unknown } = document
  if (typeof content.schemaVersion === 'number' && content.schemaVersion > BASELINE_SCHEMA_VERSION)
    throw new HarnessError('BASELINE_INVALID', `${file} was written by a newer version of proofload`, {
      hint: `It has schemaVersion ${content.schemaVersion}, this version reads ${BASELINE_SCHEMA_VERSION}: update proofload.`,
    })
  if (checksum !== checksumOf(content)) throw invalid(file, 'its checksum is another', null)
  const parsed = baselineSchema.safeParse(content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(file, `${issue?.path.join('.')}: ${issue?.message}`, null)
}

function textOf(baseline: Baseline): string {
  return `${JSON.stringify({ checksum: checksumOf(baseline), ...baseline }, null, 1)}\n`
}

function checksumOf(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

function invalid(file: string, why: string, cause: unknown): HarnessError {
  return new HarnessError('BASELINE_INVALID', `${file} is not a baseline: ${why}`, {
    cause,
    hint: 'It was truncated or edited by hand; restore it from version control, or approve a run again under another name.',
  })
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    // A file among the folders, or no folder yet: nothing in it.
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return []
    throw new HarnessError('BASELINE_INVALID', `${folder} cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Make the folder readable for the user of proofload.',
    })
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await replaceFile(file, text)
  } catch (cause) {
    throw new HarnessError('REPORT_UNWRITABLE', `${file} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Make the folder writable, or free some space.',
    })
  }
}
