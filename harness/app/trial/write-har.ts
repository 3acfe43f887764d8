/** Writes the requests of a trial as an HTTP archive. */
import { writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { TriedRequest } from '../../model/tried-request.ts'
import { renderHar } from '../../reporters/har.ts'
import { makeFolder } from '../../system/files.ts'
import { VERSION } from '../run/version.ts'

/** @throws HarnessError REPORT_UNWRITABLE */
export async function writeHar(file: string, requests: readonly TriedRequest[], cwd: string): Promise<void> {
  const path = resolve(cwd, file)
  try {
    await makeFolder(dirname(path))
    await writeFile(path, renderHar(requests, VERSION))
  } catch (cause) {
    throw new HarnessError('REPORT_UNWRITABLE', `${file} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a file in a folder that may be written: --har trial.har.',
    })
  }
}
