/** A server program of one test: on a free port of loopback, in a folder that goes with it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

/** Tells whether a program is installed here. */
export function isInstalled(program: string, flag: string): boolean {
  return spawnSync(program, [flag]).error === undefined
}

export class ServerProcess {
  readonly port: number
  readonly folder = mkdtempSync(join(tmpdir(), 'proofload-server-'))
  readonly #command: readonly string[]
  #child: ChildProcess | null = null
  /** A test that breaks off leaves no server behind. */
  readonly #onExit = () => {
    this.#child?.kill('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }

  private constructor(port: number, command: (port: number, folder: string) => readonly string[]) {
    this.port = port
    this.#command = command(port, this.folder)
    process.once('exit', this.#onExit)
  }

  static async start(command: (port: number, folder: string) => readonly string[]): Promise<ServerProcess> {
    const server = new ServerProcess(await freePort(), command)
    await server.start()
    return server
  }

  /** Starts it on its port, with what its folder holds; resolves when it listens. */
  async start(): Promise<void> {
    const [program = '', ...args] = this.#command
    const child = spawn(program, args, { stdio: 'ignore' })
    this.#child = child
    while (!(await listens(this.port))) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`)
      await sleep(20)
    }
  }

  /** Stops it where it is; resolves when it stands still, in all of its threads. */
  async pause(): Promise<void> {
    const pid = this.#child?.pid
    if (pid === undefined) return
    this.#child?.kill('SIGSTOP')
    await until(() =>
      readdirSync(`/proc/${pid}/task`).every((task) =>
        /\) T /.test(readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8')),
      ),
    )
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  /** As by a crash. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#child = null
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  async stop(): Promise<void> {
    await this.kill()
    process.off('exit', this.#onExit)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
