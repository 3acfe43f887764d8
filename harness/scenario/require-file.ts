/** Makes sure that a file to read is there, before anything reads it. */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { HarnessError, messageOf } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import { refuseIrregular } from '../system/files.ts'

/** The words and codes of errors about one kind of file. */
export interface FileKind {
  readonly noun: string
  readonly notFound: 'SCENARIO_NOT_FOUND' | 'ACTIVITIES_NOT_FOUND' | 'QUALIFICATION_NOT_FOUND'
  readonly unreadable: 'SCENARIO_LOAD_FAILED' | 'ACTIVITIES_INVALID' | 'QUALIFICATION_INVALID'
  /** One sentence on what to give instead of a file that is not there. */
  readonly hint: string
}

export const SCENARIO_FILE: FileKind = {
  noun: 'scenario',
  notFound: 'SCENARIO_NOT_FOUND',
  unreadable: 'SCENARIO_LOAD_FAILED',
  hint: 'Give the path of a scenario file, or a URL.',
}

/** @throws HarnessError `kind.notFound`, with the nearest file of the folder. */
export async function requireFile(file: string, { noun, notFound, hint }: FileKind): Promise<void> {
  const found = await stat(file).catch((error: unknown) => error)
  if (!(found instanceof Error)) {
    if ((found as { isFile(): boolean }).isFile()) return
    const what = await refuseIrregular(file).catch(messageOf)
    throw new HarnessError(notFound, `there is no ${noun} file: ${what}`, { hint })
  }
  const folder = dirname(file)
  const neighbours = await readdir(folder).catch(() => [])
  const nearest = nearestName(basename(file), neighbours)
  const address = /(?:^|[\\/])([\w.-]+:\d+(?:\/.*)?)$/.exec(file)?.[1]
  const guess = address === undefined ? nearest && join(folder, nearest) : `http://${address}`
  throw new HarnessError(notFound, `there is no ${noun} file ${file}`, {
    hint: guess === undefined || guess === file ? hint : `Did you mean ${guess}?`,
  })
}
