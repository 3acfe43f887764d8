/** `plugins.lock.json` of a repository: what each plugin was when somebody looked at it, file by file. */
import { join } from 'node:path'
import * as z from 'zod'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { lookUp } from '../../base/names.ts'
import { recordOf } from '../../base/record-of.ts'
import { exists, readRegularText } from '../../system/files.ts'
import { replaceFile } from '../../system/replace-file.ts'
import type { Integrity } from './integrity.ts'

export const LOCK_FILE = 'plugins.lock.json'

const pinSchema = z.strictObject({
  /** The version of its package; null for a file of the repository. */
  version: z.string().nullable(),
  integrity: z.string(),
  /** Hash by path relative to the plugin's folder. */
  files: recordOf(z.string()),
})
export type Pin = z.infer<typeof pinSchema>

const lockSchema = z.strictObject({
  lockVersion: z.literal(1),
  /** By package, or by file of the repository. */
  plugins: recordOf(pinSchema),
})

/** Pins by place. */
export type Pins = Readonly<Record<string, Pin>>

/** Reads the pins of a repository; none where there is no file. @throws HarnessError PLUGIN_LOCK_INVALID */
export async function readPins(root: string): Promise<Pins> {
  const file = join(root, LOCK_FILE)
  if (!(await exists(file))) return {}
  try {
    return lockSchema.parse(JSON.parse(await readRegularText(file))).plugins
  } catch (cause) {
    throw new HarnessError('PLUGIN_LOCK_INVALID', `${file} cannot be read: ${firstLine(cause)}`, {
      cause,
      hint: 'Restore it from the repository, or remove it and pin the plugins again: proofload plugin pin SCENARIO.',
    })
  }
}

/** Replaces the pins of a repository. Rejects with the system's error. */
export async function writePins(root: string, pins: Pins): Promise<void> {
  const plugins = Object.fromEntries(Object.entries(pins).sort(([a], [b]) => (a < b ? -1 : 1)))
  await replaceFile(join(root, LOCK_FILE), `${JSON.stringify({ lockVersion: 1, plugins }, null, 2)}\n`)
}

/** Says how the files of a plugin differ from those of its pin, a line for each. */
export function differencesOf(pinned: Integrity['files'], found: Integrity['files']): string[] {
  const names = [...new Set([...Object.keys(pinned), ...Object.keys(found)])].sort()
  return names.flatMap((name) => {
    const [before, now] = [lookUp(pinned, name), lookUp(found, name)]
    if (before === now) return []
    if (before === undefined) return [`${name} is new`]
    return [now === undefined ? `${name} is gone` : `${name} has changed`]
  })
}

function firstLine(cause: unknown): string {
  return cause instanceof z.ZodError ? z.prettifyError(cause).split('\n').join(' ') : messageOf(cause)
}
