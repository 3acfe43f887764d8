import { isRedisLocation } from '../../base/redis-location.ts'
import type { EventBus } from '../../ports/event-bus.ts'
import { MemoryEventBus } from './memory-event-bus.ts'

/** Opens the bus that belongs to a state store: on its server, or in this process. @throws HarnessError USAGE */
export async function openEventBus(location: string): Promise<EventBus> {
  if (!isRedisLocation(location)) return new MemoryEventBus()
  // The client is loaded only for a server, or every command would load it.
  const { RedisEventBus } = await import('./redis-event-bus.ts')
  return new RedisEventBus(location)
}
