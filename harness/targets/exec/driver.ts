/** Runs commands for one shard, so many at once. */
import { messageOf } from '../../base/errors.ts'
import { Template } from '../../base/template.ts'
import { parseBytes } from '../../base/units.ts'
import { putError } from '../../ports/exchange-error.ts'
import type { DriverContext, DriverStats, Exchange, Perform, TargetDriver } from '../../ports/target.ts'
import { Deadlines } from '../deadlines.ts'
import { Fifo } from '../fifo.ts'
import { Slots } from '../slots.ts'
import { ExecClient } from './client.ts'
import { Command, type CommandDefaults, type CommandLine, defaultsOf } from './command.ts'
import { Run, type RunParts } from './run.ts'
import type { ExecConfig, ExecRequest } from './schema.ts'

export class ExecDriver implements TargetDriver {
  readonly #context: DriverContext
  readonly #defaults: CommandDefaults
  readonly #parts: RunParts
  readonly #atOnce: number
  readonly #runs = new Slots<Run>()
  readonly #waiting = new Fifo<Run>()
  #running = 0
  #onIdle: (() => void) | null = null

  constructor(config: ExecConfig, context: DriverContext) {
    this.#context = context
    this.#defaults = defaultsOf(config, context.allowCommands)
    this.#atOnce = context.connections ?? Number.POSITIVE_INFINITY
    this.#parts = {
      clock: context.clock,
      deadlines: new Deadlines(context.clock, (slot) => this.#runs.get(slot)?.expire()),
      outputBytesMax: parseBytes(config.maxOutput),
      onGone: (run) => this.#forget(run),
    }
  }

  compile(request: Readonly<Record<string, unknown>>): Command {
    return new Command(request as ExecRequest, Template.parse, this.#defaults)
  }

  start(exchange: Exchange): void {
    const { clock } = this.#context
    let line: CommandLine
    try {
      line = (exchange.request as Command).line(exchange.variables)
    } catch (thrown) {
      clock.soon(() => {
        putError(exchange, 'code', messageOf(thrown))
        exchange.doneMs = clock.nowMs()
        exchange.settle()
      })
      return
    }
    this.#waiting.push(this.#runs.add((slot) => new Run(exchange, line, slot, this.#parts)))
    this.#serve()
  }

  abort(exchange: Exchange): void {
    for (const run of this.#runs) if (run.exchange === exchange) run.abort()
  }

  endSession(): void {
    // A command keeps nothing for an agent.
  }

  createClient(perform: Perform): ExecClient {
    return new ExecClient(perform, (request) => new Command(request, Template.ofCode, this.#defaults))
  }

  stats(): DriverStats {
    return { openConnections: 0, waiting: this.#waiting.size }
  }

  /** Ends every command; resolves when no process is left. */
  async close(): Promise<void> {
    for (const run of this.#runs) run.giveUp('aborted', 'aborted by the harness')
    if (this.#running > 0)
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve
      })
    this.#parts.deadlines.stop()
  }

  #serve(): void {
    while (this.#running < this.#atOnce) {
      const run = this.#waiting.shift()
      if (run === undefined) return
      this.#running++
      run.begin()
    }
  }

  #forget(run: Run): void {
    this.#runs.remove(run.slot)
    if (!run.hasBegun) {
      this.#waiting.remove(run)
      return
    }
    this.#running--
    if (this.#running === 0) this.#onIdle?.()
    this.#serve()
  }
}
