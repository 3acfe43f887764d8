/** One lane as its driver sees it: a process with one order at a time. */

import { type ChildProcess, spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../base/clock.ts'
import { ownFile } from '../../base/own-files.ts'
import { workerOptions } from '../../system/worker-thread.ts'
import { type LaneAnswer, type LaneReady, MessageReader } from './lane-protocol.ts'

const STDERR_CHARS_KEPT = 500

/** The owner of lanes is told of everything that becomes of them. */
export interface LaneEvents {
  /** It can take an order. */
  ready(lane: Lane): void
  answered(lane: Lane, answer: LaneAnswer, bytes: Buffer): void
  /** Its process is gone, or never came to be. */
  gone(lane: Lane, why: string): void
}

export interface LaneSettings {
  readonly root: string
  readonly direct: boolean
}

export class Lane {
  readonly spawnedMs: number
  /** The instant at which it could take its first order. */
  readyMs = 0
  /** True from its first order on. */
  hasServed = false
  readonly #clock: Clock
  readonly #child: ChildProcess
  readonly #channel: Duplex
  #isReady = false
  #stderr = ''

  constructor({ root, direct }: LaneSettings, clock: Clock, events: LaneEvents) {
    this.#clock = clock
    this.spawnedMs = clock.nowMs()
    const { filename, execArgv } = workerOptions(ownFile('targets/fs/lane-main'))
    // A group of its own: an interrupt from the terminal is for the run, which lets operations end first.
    this.#child = spawn(
      process.execPath,
      [...execArgv, fileURLToPath(filename), root, ...(direct ? ['direct'] : [])],
      { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true },
    )
    this.#channel = this.#child.stdio[3] as Duplex
    this.#follow(events)
  }

  send(message: Buffer): void {
    this.#channel.write(message)
  }

  /** Ends it, even in the middle of a call; one that the system does not let go of is left behind. */
  kill(): void {
    this.#child.kill('SIGKILL')
    this.#child.unref()
    this.#channel.destroy()
    this.#child.stderr?.destroy()
  }

  #follow(events: LaneEvents): void {
    const reader = new MessageReader()
    this.#channel.on('data', (chunk: Buffer) => {
      for (const { document, bytes } of reader.push(chunk)) {
        if (this.#isReady) events.answered(this, document as LaneAnswer, bytes)
        else this.#begin(document as LaneReady, events)
      }
    })
    this.#channel.on('error', () => undefined)
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARS_KEPT)
    })
    this.#child.once('error', (error) => events.gone(this, error.message))
    this.#child.once('exit', (code, signal) =>
      events.gone(this, this.#stderr.trim() || `its process ended with ${signal ?? `status ${code}`}`),
    )
  }

  #begin({ problem }: LaneReady, events: LaneEvents): void {
    if (problem !== null) {
      this.#stderr = problem
      return
    }
    this.#isReady = true
    this.readyMs = this.#clock.nowMs()
    events.ready(this)
  }
}
