/** A working scenario to start from. */
import { rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { HarnessError, systemCodeOf } from '../base/errors.ts'
import { scenarioTemplate } from '../scenario/template.ts'
import { makeFolder } from '../system/files.ts'

/** @param target URL of a server; null: the embedded sandbox @throws HarnessError USAGE when the file exists */
export async function writeFirstScenario(file: string, target: string | null, cwd: string): Promise<void> {
  const path = resolve(cwd, file)
  await makeFolder(dirname(path))
  try {
    await writeFile(path, scenarioTemplate(target), { flag: 'wx' })
  } catch (cause) {
    if (systemCodeOf(cause) !== 'EEXIST') {
      // Half a scenario would be in the way of the next attempt.
      await rm(path, { force: true })
      throw cause
    }
    throw new HarnessError('USAGE', `${file} already exists`, { cause, hint: 'Choose another file name.' })
  }
}
