/** `capacity.json` of a search: all that it knows, written after every probe. */
import { join, resolve } from 'node:path'
import { HarnessError, messageOf } from '../base/errors.ts'
import { type CapacityRecord, capacityRecordSchema } from '../model/capacity.ts'
import { readRegularText } from '../system/files.ts'

export const CAPACITY_FILE = 'capacity.json'

const ID_BEGIN = 'capacity-'

/** The id of the search that a run context makes. */
export function searchIdOf(runId: string): string {
  return `${ID_BEGIN}${runId}`
}

/** Tells the folder of a search from that of a run. */
export function isSearchId(id: string): boolean {
  return id.startsWith(ID_BEGIN)
}

/** Returns the text of the file. */
export function capacityText(record: CapacityRecord): string {
  return `${JSON.stringify(record)}\n`
}

/** Reads a search from its folder. @throws HarnessError RECORD_NOT_FOUND, RECORD_INVALID */
export async function readCapacity(folder: string, cwd: string): Promise<CapacityRecord> {
  const file = join(resolve(cwd, folder), CAPACITY_FILE)
  const text = await readRegularText(file).catch((cause: unknown) => {
    throw new HarnessError('RECORD_NOT_FOUND', `${file} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Name the folder of a search, for example --resume reports/checkout/capacity-20261121-093005-4f2a.',
    })
  })
  try {
    return capacityRecordSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new HarnessError('RECORD_INVALID', `${file} is not a search of this version: ${messageOf(cause)}`, {
      cause,
      hint: 'It was changed, or written by another version; search again.',
    })
  }
}
