import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

/** Whether the server is installed here. */
export const HAS_REDIS = spawnSync('redis-server', ['--version']).status === 0
/** Why a test is skipped where it is not. */
export const REDIS_HINT = 'no redis-server; apt-get install redis-server'

/** A server of its own for one test: on a free port of loopback, keeping nothing on disk. */
export class RedisServer {
  readonly port: number
  readonly #folder = mkdtempSync(join(tmpdir(), 'proofload-redis-'))
  readonly #password: string | null
  #child: ChildProcess | null = null
  /** A test that breaks off leaves no server behind. */
  readonly #onExit = () => {
    this.#child?.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  private constructor(port: number, password: string | null) {
    this.port = port
    this.#password = password
    process.once('exit', this.#onExit)
  }

  static async start(password: string | null = null): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), password)
    await server.start()
    return server
  }

  get url(): string {
    return `redis://${this.#password === null ? '' : `:${this.#password}@`}127.0.0.1:${this.port}`
  }

  /** Starts it on its port, empty; resolves when it answers. */
  async start(): Promise<void> {
    const settings = ['--save', '', '--appendonly', 'no', '--bind', '127.0.0.1', '--dir', this.#folder]
    const login = this.#password === null ? [] : ['--requirepass', this.#password]
    this.#child = spawn('redis-server', ['--port', `${this.port}`, ...settings, ...login], {
      stdio: 'ignore',
    })
    while (!(await answers(this.port))) {
      if (this.#child.exitCode !== null) throw new Error(`redis-server ended with ${this.#child.exitCode}`)
      await sleep(20)
    }
  }

  /** As by a crash. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#child = null
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  /** It is there, and says nothing. */
  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  async remove(): Promise<void> {
    await this.kill()
    this.#onExit()
    process.off('exit', this.#onExit)
  }
}

/** A server that is gone after the body. */
export async function withRedis(
  body: (server: RedisServer) => Promise<void>,
  password: string | null = null,
): Promise<void> {
  const server = await RedisServer.start(password)
  try {
    await body(server)
  } finally {
    await server.remove()
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('data', () => settle(true)).once('error', () => settle(false))
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
  })
}
