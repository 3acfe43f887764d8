/** Opens the state store: a file beside the project, a Redis or Valkey server for a team, or nowhere but in memory. */
import { resolve } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import { isRedisLocation } from '../../base/redis-location.ts'
import type { StateStore } from '../../ports/state-store.ts'
import { FileStateStore } from './file-state-store.ts'
import { MemoryStateStore } from './memory-state-store.ts'

/** A fresh and empty one each time. */
const MEMORY = 'memory:'

/**
 * Opens the store; whether it can be used is seen by the first call. @param location `redis://`, `rediss://`, `memory:`, or a file
 * @throws HarnessError USAGE
 */
export async function openStateStore(location: string, cwd: string, clock: Clock): Promise<StateStore> {
  if (location === MEMORY) return new MemoryStateStore(clock)
  if (isRedisLocation(location)) {
    // The client is loaded by who has a server, not by every command.
    const { RedisStateStore } = await import('./redis-state-store.ts')
    return new RedisStateStore(location)
  }
  const [, scheme] = /^([a-z][a-z\d+.-]*):\/\//i.exec(location) ?? []
  if (scheme !== undefined || location === '')
    throw new HarnessError(
      'USAGE',
      `state cannot be kept at ${scheme ?? 'nowhere'}${scheme ? '://...' : ''}`,
      {
        hint: 'Give a file, or redis://user:password@host:6379/0 (rediss:// with TLS).',
      },
    )
  return new FileStateStore(resolve(cwd, location), clock)
}
