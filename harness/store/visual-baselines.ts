/**
 * Approved pictures as files: `<folder>/<name>.<extension>` and beside it `<name>.approval.json`, which says who let it in and
 * what its bytes hash to. Each is replaced as a whole under one lock; killed in between, the two do not fit, and are not used.
 */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError, messageOf, systemCodeOf } from '../base/errors.ts'
import { APPROVAL_SUFFIX, type VisualApproval, visualApprovalSchema } from '../model/visual.ts'
import { readRegularText } from '../system/files.ts'
import { replaceFile } from '../system/replace-file.ts'
import { underLock } from './file-lock.ts'

/** The name of one approved picture. */
export interface VisualAddress {
  /** The folder of all approved pictures. */
  readonly folder: string
  readonly name: string
}

/** A picture to approve. */
export interface ApprovedPicture {
  readonly approval: VisualApproval
  readonly bytes: Uint8Array
}

/** Null when there is none. @throws HarnessError BASELINE_INVALID, USAGE for a name that is none */
export async function readVisualApproval(address: VisualAddress): Promise<VisualApproval | null> {
  const file = approvalFileOf(address)
  let text: string
  try {
    text = await readRegularText(file)
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return null
    throw invalidVisual(file, messageOf(cause), cause)
  }
  return parseApproval(text, file)
}

/** Returns the path of the picture of an approval. */
export function pictureFileOf({ folder }: VisualAddress, { file }: VisualApproval): string {
  return join(folder, file)
}

/** Replaces a picture by what `change` makes of it. @throws HarnessError BASELINE_INVALID, FILE_LOCKED, REPORT_UNWRITABLE */
export async function updateVisual(
  address: VisualAddress,
  change: (current: VisualApproval | null) => ApprovedPicture,
): Promise<VisualApproval> {
  const file = approvalFileOf(address)
  return await underLock(file, async () => {
    const current = await readVisualApproval(address)
    const { approval, bytes } = change(current)
    const picture = pictureFileOf(address, approval)
    try {
      await replaceFile(picture, bytes)
      await replaceFile(file, `${JSON.stringify(approval, null, 1)}\n`)
      // Another format has another name.
      if (current !== null && current.file !== approval.file)
        await rm(pictureFileOf(address, current), { force: true })
    } catch (cause) {
      throw new HarnessError('REPORT_UNWRITABLE', `${picture} cannot be written: ${messageOf(cause)}`, {
        cause,
        hint: 'Make the folder writable, or free some space.',
      })
    }
    return approval
  })
}

/** Names of all approved pictures of a folder, sorted. */
export async function listVisuals(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => name.endsWith(APPROVAL_SUFFIX))
      .map((name) => name.slice(0, -APPROVAL_SUFFIX.length))
      .sort()
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return []
    throw new HarnessError('BASELINE_INVALID', `${folder} cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Name the folder of approved pictures, and make it readable for the user of proofload.',
    })
  }
}

/** An approval that cannot be used. */
export function invalidVisual(file: string, why: string, cause: unknown = null): HarnessError {
  return new HarnessError('BASELINE_INVALID', `${file} is not an approved picture: ${why}`, {
    cause,
    hint: 'It was edited by hand or truncated; restore it from version control, or remove it and approve a picture again.',
  })
}

function approvalFileOf({ folder, name }: VisualAddress): string {
  if (!/^[\w-]+$/.test(name))
    throw new HarnessError('USAGE', `'${name}' cannot name a picture`, {
      hint: 'Use letters, digits, - and _, for example homepage or cart-empty.',
    })
  return join(folder, `${name}${APPROVAL_SUFFIX}`)
}

function parseApproval(text: string, file: string): VisualApproval {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw invalidVisual(file, messageOf(cause), cause)
  }
  const parsed = visualApprovalSchema.safeParse(document)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalidVisual(file, `${issue?.path.join('.')}: ${issue?.message}`)
}
