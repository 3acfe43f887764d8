/** Folders of qualifications, `<out>/qualify/<plan>/<id>/`: the record of each, and its journal. */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isPlainName } from '../base/plain-name.ts'
import { type QualificationRecord, qualificationRecordSchema } from '../model/qualification.ts'
import { readRegularText } from '../system/files.ts'

export const QUALIFICATION_FILE = 'qualify.json'
/** Folder of the qualifications below that of the reports. */
export const QUALIFICATIONS_FOLDER = 'qualify'
/** Folder of the runs of a qualification. */
export const QUALIFICATION_RUNS = 'runs'

/** Returns the text of the record. */
export function qualificationText(record: QualificationRecord): string {
  return `${JSON.stringify(record)}\n`
}

/** The newest finished qualifications of a plan, the newest first; those that cannot be read are passed over. */
export async function pastQualifications(folder: string, most: number): Promise<QualificationRecord[]> {
  const names = await readdir(folder).catch(() => [])
  const found: QualificationRecord[] = []
  for (const name of names.filter(isPlainName).toSorted().toReversed()) {
    if (found.length === most) break
    const record = await recordIn(join(folder, name))
    if (record !== null) found.push(record)
  }
  return found
}

/** Those of the same plan beside a folder. */
export async function qualificationsBeside(folder: string, most: number): Promise<QualificationRecord[]> {
  const all = await pastQualifications(dirname(folder), most + 1)
  return all.filter(({ qualificationId }) => qualificationId !== basename(folder)).slice(0, most)
}

async function recordIn(folder: string): Promise<QualificationRecord | null> {
  try {
    const text = await readRegularText(join(folder, QUALIFICATION_FILE))
    return qualificationRecordSchema.parse(JSON.parse(text))
  } catch {
    // Not finished, or of another version: it is no evidence.
    return null
  }
}
