/** The emergency state that everything on one state store shares: reading it, changing it, watching it. */
import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { changesEmergency } from '../../analysis/emergency.ts'
import { type Clock, isoOf } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import {
  EMERGENCY_AUDIT_KEY,
  EMERGENCY_KEY,
  EMERGENCY_STATES,
  type Emergency,
  type EmergencyName,
  emergencySchema,
  INITIAL_EMERGENCY,
} from '../../model/emergency.ts'
import type { EventBus } from '../../ports/event-bus.ts'
import type { Host } from '../../ports/host.ts'
import type { StateStore } from '../../ports/state-store.ts'
import { openStateStore } from '../../store/state/open-state-store.ts'
import { userAtHost } from '../../system/process-identity.ts'
import { openEventBus } from '../../telemetry/bus/open-event-bus.ts'

/** Default location of shared state. */
export const STATE_FILE = '.proofload/state.json'
/** Topic of the event that tells of a change. */
const EMERGENCY_TOPIC = 'emergency'

const auditLineSchema = emergencySchema.extend({
  /** Null: what was stored was corrupt. */
  from: z.enum(EMERGENCY_STATES).nullable(),
})
/** One change, as it is stored. */
export type EmergencyAuditLine = z.infer<typeof auditLineSchema>

/** The outcome of a wish to change the state. */
export interface EmergencyChange {
  /** False: it was in the wanted state already. */
  readonly changed: boolean
  readonly now: Emergency
  /** Notes about who could not be told of the change, which holds all the same. */
  readonly troubles: readonly string[]
}

/** Opens the store for as long as `body` takes. @throws HarnessError USAGE, STATE_UNREACHABLE */
export async function withState<T>(
  location: string,
  host: Host,
  body: (store: StateStore) => Promise<T>,
): Promise<T> {
  const store = await openStateStore(location, host.cwd, host.clock)
  try {
    return await body(store)
  } finally {
    await store.close()
  }
}

/** Writes a value that nobody reads, and removes it. @throws HarnessError STATE_UNREACHABLE */
export async function requireWritableState(store: StateStore, runId: string): Promise<void> {
  const key = `preflight/${runId}`
  await store.set(key, 'written', { ttlMs: 1_000 })
  await store.delete(key)
}

/** The state as this user wants it from now on. */
export function wantedEmergency(state: EmergencyName, reason: string, host: Host): Emergency {
  return {
    state,
    by: userAtHost(),
    at: isoOf(host.clock.wallMs()),
    reason,
    correlationId: randomUUID(),
  }
}

/** Brings the state to the wanted one, wherever it is kept. @throws HarnessError USAGE, STATE_UNREACHABLE */
export function setEmergency(location: string, wanted: Emergency, host: Host): Promise<EmergencyChange> {
  return withState(location, host, async (store) => {
    const bus = await openEventBus(location)
    try {
      return await changeEmergency(store, bus, wanted)
    } finally {
      await bus.close()
    }
  })
}

/**
 * Reads the state that holds; NORMAL where nobody has changed it.
 * @param ignoreHaltsBy author whose state counts as NORMAL; null: nobody's
 * @throws HarnessError STATE_UNREACHABLE, also for a corrupt state
 */
export async function readEmergency(
  store: StateStore,
  ignoreHaltsBy: string | null = null,
): Promise<Emergency> {
  const found = parseEmergency(await store.get(EMERGENCY_KEY))
  if (found !== null) return found.by === ignoreHaltsBy ? INITIAL_EMERGENCY : found
  throw new HarnessError(
    'STATE_UNREACHABLE',
    'the stored emergency state is corrupt; load is refused in case it is a halt',
    {
      hint: 'Set it again: proofload emergency halt --reason <text>, or: proofload emergency resume --reason <text>',
    },
  )
}

/** The newest changes, the oldest of them first; lines that others have added are passed over. @throws HarnessError STATE_UNREACHABLE */
export async function readEmergencyAudit(store: StateStore, last: number): Promise<EmergencyAuditLine[]> {
  const lines = await store.lines(EMERGENCY_AUDIT_KEY)
  return lines.flatMap((line) => auditLineSchema.safeParse(parseJson(line)).data ?? []).slice(-last)
}

/**
 * Brings the state to the wanted one, whoever else changes it at the same time; one audit line and one event tell of it.
 * @throws HarnessError USAGE for a change that is not allowed, STATE_UNREACHABLE
 */
export async function changeEmergency(
  store: StateStore,
  bus: EventBus,
  wanted: Emergency,
): Promise<EmergencyChange> {
  for (;;) {
    const text = await store.get(EMERGENCY_KEY)
    const before = parseEmergency(text)
    if (!changesEmergency(before?.state ?? null, wanted))
      return { changed: false, now: before ?? wanted, troubles: [] }
    // Refused only when somebody else has changed it meanwhile: what holds now decides again.
    if (await store.compareAndSet(EMERGENCY_KEY, text, JSON.stringify(wanted)))
      return {
        changed: true,
        now: wanted,
        troubles: await tell(store, bus, { from: before?.state ?? null, ...wanted }),
      }
  }
}

/** Ends a watch. */
export type StopWatching = () => void

/** The place of the state that is watched, and the bus that tells of its changes. */
export interface WatchedState {
  readonly store: StateStore
  readonly bus: EventBus
  readonly clock: Clock
}

/**
 * Looks at the state when an event tells of a change, and every `everyMs`, until it is stopped: state decides, an event may
 * be lost. Calls back for a state other than NORMAL at the beginning and for every change, and once per outage for a store
 * that cannot be read.
 */
export function watchEmergency(
  { store, bus, clock }: WatchedState,
  everyMs: number,
  onChange: (emergency: Emergency) => void,
  onTrouble: (message: string) => void,
): StopWatching {
  let seen: Emergency = INITIAL_EMERGENCY
  let isDown = false
  let isLooking = false
  let isStopped = false
  const look = async () => {
    if (isLooking || isStopped) return
    isLooking = true
    const found = await readEmergency(store).catch(messageOf)
    isLooking = false
    if (isStopped) return
    if (typeof found === 'string') {
      if (!isDown) onTrouble(found)
      isDown = true
      return
    }
    isDown = false
    const before = seen
    seen = found
    if (isAnother(before, found)) onChange(found)
  }
  const cancel = clock.every(everyMs, () => void look())
  // Without events, changes are seen at the next look.
  const listening = bus.subscribe(EMERGENCY_TOPIC, look).catch(() => null)
  void look()
  return () => {
    isStopped = true
    cancel()
    void listening.then((end) => end?.())
  }
}

/** A state that was left and taken again between two looks is another one; two ways of being NORMAL are not. */
function isAnother(before: Emergency, now: Emergency): boolean {
  return before.state !== now.state || (now.state !== 'NORMAL' && before.correlationId !== now.correlationId)
}

/** The change holds by now: whatever cannot be told is said, and does not undo it. */
async function tell(store: StateStore, bus: EventBus, line: EmergencyAuditLine): Promise<string[]> {
  const { at, correlationId } = line
  const told = await Promise.allSettled([
    store.append(EMERGENCY_AUDIT_KEY, JSON.stringify(line)),
    bus.publish([{ topic: EMERGENCY_TOPIC, at, correlationId, data: line }]),
  ])
  return told.flatMap((each) => (each.status === 'rejected' ? messageOf(each.reason) : []))
}

/** Null: it is corrupt. */
function parseEmergency(text: string | null): Emergency | null {
  if (text === null) return INITIAL_EMERGENCY
  return emergencySchema.safeParse(parseJson(text)).data ?? null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Judged by the schema, as whatever else makes no sense.
    return null
  }
}
