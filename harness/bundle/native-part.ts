/** Parts that a single file cannot hold, because they are compiled for one platform: taken from the project, when they are asked for. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { HarnessError, systemCodeOf } from '../base/errors.ts'

/** The purpose of each part, and the way without it. */
export const NATIVE_PARTS = {
  esbuild: {
    purpose: 'scenarios and plugins in TypeScript or JavaScript',
    instead: 'write it as YAML or JSON',
  },
  libsql: {
    purpose: 'a history in a file',
    instead: 'leave the history out with --no-history, or keep it in PostgreSQL (--store)',
  },
  sharp: { purpose: 'pictures', instead: 'leave out the pictures and the report png' },
  'playwright-core': { purpose: 'the target browser', instead: 'leave out the target' },
} as const

/** The module of a part, as it is installed in the project. @param from folder of the project @throws HarnessError PART_MISSING */
export function nativePart(name: keyof typeof NATIVE_PARTS, from: string = process.cwd()): unknown {
  const { purpose, instead } = NATIVE_PARTS[name]
  try {
    return createRequire(join(from, 'project.js'))(name)
  } catch (cause) {
    const why = systemCodeOf(cause) === 'MODULE_NOT_FOUND' ? 'it is not installed' : 'it cannot be loaded'
    throw new HarnessError(
      'PART_MISSING',
      `${name} is for ${purpose}, and no part of the single file: ${why} in ${from}`,
      { cause, hint: `Install it there (npm install ${name}), install proofload by npm, or ${instead}.` },
    )
  }
}
