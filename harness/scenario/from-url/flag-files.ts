/** Files that flags name. */
import { resolve } from 'node:path'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { readRegularTextSync } from '../../system/files.ts'

/** Reads the text of a file that a flag names. @throws HarnessError USAGE */
export function textOfFile(path: string, { cwd }: { readonly cwd: string }): string {
  try {
    return readRegularTextSync(resolve(cwd, path))
  } catch (cause) {
    throw new HarnessError('USAGE', `the file ${path} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Give the path of a text file, from this folder.',
    })
  }
}
