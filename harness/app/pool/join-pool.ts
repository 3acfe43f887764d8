/** The way into a pool of workers, at a broker that runs. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { parsePoolLocation } from '../../base/pool-location.ts'
import { type Subjects, subjectsOf } from '../../cluster/subjects.ts'
import type { Host } from '../../ports/host.ts'
import type { Link } from '../../ports/link.ts'

/** The place of a pool, and the key to it. */
export interface PoolRef {
  /** `nats://host:4222/pool`, `tls://...`. */
  readonly on: string
  /** File with NATS credentials or the seed of an nkey; null for none. */
  readonly creds: string | null
}

/** A place in a pool. */
export interface JoinedPool {
  readonly link: Link
  readonly subjects: Subjects
}

/** @param name of the connection @throws HarnessError USAGE, POOL_NOT_SAFE, POOL_UNREACHABLE */
export async function joinPool(
  { on, creds }: PoolRef,
  name: string,
  { clock, cwd }: Host,
): Promise<JoinedPool> {
  const location = parsePoolLocation(on, creds !== null)
  const credentials = creds === null ? null : await readCredentials(resolve(cwd, creds))
  const { connectNats } = await import('../../broker/nats-link.ts')
  return {
    link: await connectNats({ location, credentials, name, clock }),
    subjects: subjectsOf(location.pool),
  }
}

async function readCredentials(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new HarnessError('USAGE', `--creds: ${messageOf(cause)}`, {
      cause,
      hint: 'Give the file with the credentials of this pool.',
    })
  }
}
