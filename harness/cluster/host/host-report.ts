/** The counts of a worker in a run, second by second: the sum of its threads, numbered, on its way to the log. */
import type { HostSecond } from '../../ports/host-drive.ts'
import { type HostInterval, intervalText } from '../messages.ts'
import { sumSnapshots } from '../sum-snapshots.ts'
import { IntervalUplink, type LoggedIntervals, type UplinkParts } from './uplink.ts'

export class HostReport {
  readonly #identity: Pick<HostInterval, 'token' | 'place' | 'epoch'>
  readonly #uplink: IntervalUplink
  #sequence = 0

  constructor(identity: Pick<HostInterval, 'token' | 'place' | 'epoch'>, parts: UplinkParts) {
    this.#identity = identity
    this.#uplink = new IntervalUplink(parts)
  }

  add({ snapshots, used }: HostSecond): void {
    const { place, epoch } = this.#identity
    const sum = sumSnapshots(snapshots, { shard: place, epoch, sequence: this.#sequence })
    this.#send({ sum, used, end: null })
  }

  /** Tells how it ended: nothing follows. */
  end(end: Omit<NonNullable<HostInterval['end']>, 'overflowCount'>): void {
    this.#send({ sum: null, used: null, end: { ...end, overflowCount: this.#uplink.overflowCount } })
  }

  /** Takes in what the log has. */
  heard(logged: LoggedIntervals): void {
    this.#uplink.heard(logged)
  }

  /** @param isSafe false: what was counted stays on disk */
  close(isSafe: boolean): void {
    this.#uplink.close(isSafe)
  }

  #send(interval: Pick<HostInterval, 'sum' | 'used' | 'end'>): void {
    const sequence = this.#sequence++
    const head = { ...this.#identity, sequence }
    const stub = intervalText({ ...head, sum: null, used: null, end: null })
    this.#uplink.add(sequence, intervalText({ ...head, ...interval }), stub)
  }
}
