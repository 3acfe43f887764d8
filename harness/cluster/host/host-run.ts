/**
 * A worker in one run, from its hold to its release: it renews its lease, gets its shards ready, starts them when everybody does, and
 * hands on what they count. It stops by itself when its lease ends, and keeps what it has counted until it is let go.
 */
import { deserialize } from 'node:v8'
import type * as z from 'zod'
import { sleep } from '../../base/clock.ts'
import type { WorkerState } from '../../model/cluster/hello.ts'
import {
  type ClockDistance,
  type Order,
  type OrderAnswer,
  orderAnswerSchema,
} from '../../model/cluster/orders.ts'
import { beatSchema, renewedSchema, type Uplink } from '../../model/cluster/uplink.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { HostLoad } from '../../ports/host-drive.ts'
import { fetchBlob } from '../blobs.ts'
import { type ClockLook, clockDistance } from '../clock-distance.ts'
import * as limits from '../limits.ts'
import { parseMessage, readMessage } from '../messages.ts'
import type { HostParts, RunEnd } from './host-parts.ts'
import { HostReport } from './host-report.ts'
import { intervalId } from './interval-id.ts'
import { heard, type Lease, type LeaseInput, leaseEndMs, mayStart, newLease } from './lease.ts'
import { Renewals } from './renewals.ts'

type OrderTo<Do extends Order['do']> = Extract<Order, { do: Do }>

export class HostRun {
  readonly run: string
  readonly #parts: HostParts
  readonly #subject: string
  readonly #onFree: (end: RunEnd) => void
  readonly #endings: (() => void)[] = []
  readonly #renewals: Renewals
  #lease: Lease
  #state: WorkerState = 'held'
  #epoch = 0
  #heardMs: number
  #clock: ClockDistance | null = null
  /** The newest looks at the clock of the coordinator. */
  #looks: ClockLook[] = []
  #load: HostLoad | null = null
  #report: HostReport | null = null
  #leaves = false
  #loading: Promise<Partial<OrderAnswer>> | null = null
  #isArmed = false
  #end: RunEnd = 'not-begun'
  #isOver = false

  constructor(parts: HostParts, order: OrderTo<'hold'>, onFree: (end: RunEnd) => void) {
    const { link, clock, subjects, hello } = parts
    this.run = order.run
    this.#parts = parts
    this.#onFree = onFree
    this.#lease = newLease(order.leaseMs, order.term)
    this.#heardMs = clock.nowMs()
    this.#subject = subjects.up(order.run, hello.worker)
    this.#endings.push(
      link.listen(subjects.beat(order.run), (body) => {
        const beat = readMessage(beatSchema, body)
        // What is no beat tells nothing: the next one is a quarter of a second away.
        if (beat.problem === null) this.#onBeat(beat.message)
      }),
      clock.every(limits.BEAT_MS, () => this.#watch()),
    )
    this.#renewals = new Renewals(clock, () => this.#renew())
  }

  get state(): WorkerState {
    return this.#state
  }

  get term(): number {
    return this.#lease.term
  }

  async look({ plan, threads, of }: OrderTo<'look'>): Promise<Partial<OrderAnswer>> {
    const findings = await this.#parts.drive.look(JSON.parse(await this.#fetch(plan)) as RunPlan, {
      count: threads,
      of,
    })
    return { findings: orderAnswerSchema.shape.findings.parse(findings) }
  }

  /** A message may come twice: the shards are made once, and both are told the same. */
  load(order: OrderTo<'load'>): Promise<Partial<OrderAnswer>> {
    this.#loading ??= this.#getReady(order)
    return this.#loading
  }

  async #getReady(order: OrderTo<'load'>): Promise<Partial<OrderAnswer>> {
    const { drive, hello, link, clock, subjects, openSpill } = this.#parts
    const { place, epoch, token, stripe, correlationId } = order
    const plan = JSON.parse(await this.#fetch(order.plan)) as RunPlan
    const values = deserialize(Buffer.from(await this.#fetch(order.values), 'base64'))
    const code = order.module === null ? null : await this.#fetch(order.module)
    this.#epoch = epoch
    const report = new HostReport(
      { token, place, epoch },
      {
        ...{ link, clock, spill: openSpill(this.run) },
        subject: subjects.interval(this.run, hello.worker),
        idOf: (sequence) => intervalId(this.run, { place, epoch, sequence }),
      },
    )
    this.#report = report
    const share = { runId: this.run, plan, code, stripe, place, correlationId, ...values }
    const load = await drive.load({ ...share, onSecond: (second) => report.add(second) })
    if (this.#isOver) {
      await load.discard()
      return { refused: 'the run was given up' }
    }
    this.#load = load
    this.#clock = await this.#measureClock()
    this.#state = 'loaded'
    return { clock: this.#clock }
  }

  /** Starts at an instant of the coordinator's clock, if everything is well by then. */
  arm({ startAt }: OrderTo<'arm'>): Partial<OrderAnswer> {
    const { clock } = this.#parts
    if (this.#load === null || this.#clock === null) return { refused: 'it has nothing loaded' }
    if (this.#isArmed) return {}
    this.#isArmed = true
    const startMachineMs = startAt - this.#clock.offsetMs
    const startMs = startMachineMs - clock.epochMs
    const cancel = clock.after(Math.max(0, startMs - limits.START_LEAD_MS - clock.nowMs()), () => {
      // Whoever was away meanwhile would begin in the middle.
      if (mayStart(this.#lease, clock.nowMs()) && clock.nowMs() <= startMs) void this.#drive(startMachineMs)
      else this.#ends({ why: 'fenced', loadMs: 0, shards: [] })
    })
    this.#endings.push(cancel)
    return {}
  }

  /** Ends the load and tells why; what was counted is still delivered. */
  leave(why: string): void {
    if (this.#isOver || this.#leaves) return
    this.#leaves = true
    void this.#ask({ kind: 'leave', instance: this.#parts.hello.instance, why }).catch(() => undefined)
    if (this.#state === 'running') this.#load?.stop('drain')
    else if (this.#state !== 'delivering') void this.free(true)
  }

  /** Ends everything. @param isSafe true: what was counted is safe elsewhere, or not wanted; false: it stays on disk */
  async free(isSafe: boolean): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    this.#renewals.stop()
    for (const end of this.#endings) end()
    this.#report?.close(isSafe)
    await this.#load?.discard()
    this.#onFree(this.#end)
  }

  async #drive(startMachineMs: number): Promise<void> {
    this.#state = 'running'
    const end = await (this.#load as HostLoad).start(startMachineMs)
    if (this.#isOver) return
    // The threads look at the lease themselves, and may have ended before this process looked.
    this.#hear({ kind: 'look' })
    const why = this.#lease.isFenced ? 'fenced' : 'finished'
    this.#ends({ why: this.#leaves ? 'left' : why, loadMs: end.loadMs, shards: [...end.shards] })
  }

  #ends(end: Omit<Parameters<HostReport['end']>[0], 'clock'>): void {
    this.#end = end.why === 'fenced' ? 'lost' : 'finished'
    this.#state = 'delivering'
    this.#report?.end({ ...end, clock: clockDistance(this.#looks) })
  }

  #onBeat(beat: z.infer<typeof beatSchema>): void {
    const isAnother = beat.term > this.#lease.term
    this.#hear({ kind: 'beat', ...beat })
    if (!isAnother) return
    // The lease may have little time left.
    this.#renewals.now()
  }

  #hear(input: LeaseInput): void {
    const [{ clock }, before] = [this.#parts, this.#lease]
    this.#lease = heard(before, input, clock.nowMs())
    this.#load?.leaseUntil(leaseEndMs(this.#lease) + clock.epochMs)
    if (this.#state !== 'running') return
    const { want, isFenced } = this.#lease
    if (want !== before.want && want !== 'run') this.#load?.stop(want)
    if (isFenced === before.isFenced) return
    this.#parts.note(`run ${this.run}: its coordinator is not heard of any more, and the load ends`)
    this.#load?.stop('drain')
  }

  /** Looks whether the lease is over, and whether anybody is still there. */
  #watch(): void {
    if (this.#state === 'running') return this.#hear({ kind: 'look' })
    const silentMs = this.#parts.clock.nowMs() - this.#heardMs
    const limitMs = this.#state === 'delivering' ? limits.DELIVER_LIMIT_MS : limits.HOLD_MS
    if (silentMs > limitMs) void this.free(false)
  }

  async #renew(): Promise<number> {
    const answer = await this.#askRenewal().catch(() => null)
    if (answer?.isRefused !== false || this.#state === 'delivering') return limits.RETRY_MS
    return this.#lease.leaseMs / limits.RENEWALS_A_LEASE
  }

  /** Asks for the renewal of the lease, and takes in the answer. */
  async #askRenewal(): Promise<{ readonly isRefused: boolean }> {
    const { clock, hello } = this.#parts
    const { term } = this.#lease
    const sentMs = clock.nowMs()
    const { instance } = hello
    const ask = { kind: 'renew' as const, instance, term, epoch: this.#epoch, state: this.#state }
    const renewed = parseMessage(renewedSchema, await this.#ask(ask), 'the answer to a renewal')
    const receivedMs = clock.nowMs()
    this.#heardMs = receivedMs
    // Who speaks for a lower term has been replaced, and what it has is not what counts.
    if (renewed.term < this.#lease.term) throw new Error('a coordinator of the past has answered')
    this.#report?.heard(renewed)
    if (renewed.refused === null) this.#hear({ kind: 'granted', term: renewed.term, sentMs })
    else if (renewed.isFinal) this.#refused(renewed.term)
    const { epochMs } = clock
    const look = { sentMs: sentMs + epochMs, receivedMs: receivedMs + epochMs, otherMs: renewed.at }
    this.#looks = [...this.#looks, look].slice(-limits.CLOCK_LOOKS)
    return { isRefused: renewed.refused !== null }
  }

  /** The run goes on without this worker. */
  #refused(term: number): void {
    if (this.#state === 'running' || this.#state === 'delivering') this.#hear({ kind: 'refused', term })
    else void this.free(true)
  }

  async #measureClock(): Promise<ClockDistance | null> {
    for (let look = 0; look < limits.CLOCK_LOOKS; look++) {
      await this.#askRenewal().catch(() => null)
      await sleep(this.#parts.clock, limits.CLOCK_LOOK_PAUSE_MS)
    }
    return clockDistance(this.#looks)
  }

  #fetch(blob: OrderTo<'look'>['plan']): Promise<string> {
    return fetchBlob(blob, (hash, piece) => this.#ask({ kind: 'fetch', hash, piece }))
  }

  #ask(uplink: Uplink): Promise<string> {
    return this.#parts.link.ask(this.#subject, JSON.stringify(uplink), limits.ANSWER_MS)
  }
}
