/** The files of a new pool: the configuration of its broker, and a key for coordinators and for each worker. */

import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { HarnessError } from '../../base/errors.ts'
import { isLoopback } from '../../base/loopback.ts'
import { putAt } from '../../base/names.ts'
import { exists, makeFolder } from '../../system/files.ts'

export interface NewPool {
  readonly folder: string
  readonly pool: string
  /** `host:port` */
  readonly listen: string
  readonly workers: readonly string[]
  readonly tls: { readonly cert: string; readonly key: string } | null
}

/** The files, and how others come to the pool. */
export interface InitialisedPool {
  readonly config: string
  readonly coordinatorKey: string
  /** By worker. */
  readonly workerKeys: Readonly<Record<string, string>>
  /** The address for `--on`. */
  readonly on: string
}

export const CONFIG_FILE = 'nats.conf'

/** @throws HarnessError POOL_NOT_SAFE beyond loopback without TLS, USAGE for a folder that has a pool, REPORT_UNWRITABLE */
export async function initPool(wanted: NewPool, cwd: string): Promise<InitialisedPool> {
  const { pool, listen, workers, tls } = wanted
  const folder = resolve(cwd, wanted.folder)
  const host = listen.slice(0, listen.lastIndexOf(':'))
  if (tls === null && !isLoopback(host.replace(/^\[|\]$/g, '')))
    throw new HarnessError(
      'POOL_NOT_SAFE',
      `${listen} is beyond this machine, and workers run what they are sent`,
      {
        hint: 'Give a certificate and its key for the name that workers use: --tls-cert and --tls-key.',
      },
    )
  const config = join(folder, CONFIG_FILE)
  if (await exists(config))
    throw new HarnessError('USAGE', `${config} is there already`, {
      hint: 'Give another folder: the keys of a pool that is in use would be lost.',
    })
  const { createKeyPair, natsConfig } = await import('../../broker/nats-config.ts')
  const coordinator = createKeyPair()
  const keys = new Map(workers.map((name) => [name, createKeyPair()] as const))
  await makeFolder(folder)
  const secret = async (name: string, seed: string) => {
    const file = join(folder, `${name}.nk`)
    await writeFile(file, `${seed}\n`, { mode: 0o600, flag: 'wx' })
    return file
  }
  const coordinatorKey = await secret('coordinator', coordinator.seed)
  const workerKeys: Record<string, string> = {}
  for (const [name, { seed }] of keys) putAt(workerKeys, name, await secret(name, seed))
  const places = tls === null ? null : { cert: resolve(cwd, tls.cert), key: resolve(cwd, tls.key) }
  const text = natsConfig({
    ...{ pool, listen, storeDir: join(folder, 'store'), tls: places, coordinator, workers: keys },
  })
  await writeFile(config, text, { mode: 0o600, flag: 'wx' })
  return { config, coordinatorKey, workerKeys, on: `${tls === null ? 'nats' : 'tls'}://${listen}/${pool}` }
}
