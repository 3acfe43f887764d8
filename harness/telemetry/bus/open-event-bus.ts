import { isRedisLocation } from '../../base/redis-location.ts'
import type { EventBus } from '../../ports/event-bus.ts'
import { MemoryEventBus } from './memory-event-bus.ts'

/** The bus that belongs to a place of state: a server's own, or one of this process. @throws HarnessError USAGE */
export async function openEventBus(location: string): Promise<EventBus> {
  if (!isRedisLocation(location)) return new MemoryEventBus()
  // The client is loaded by who has a server, not by every command.
  const { RedisEventBus } = await import('./redis-event-bus.ts')
  return new RedisEventBus(location)
}
