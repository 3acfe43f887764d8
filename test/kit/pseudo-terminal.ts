import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import xterm from '@xterm/headless'
import { MAIN } from './cli.ts'

/** What `script` of util-linux can be asked for. */
const CAN_BE_TERMINAL = spawnSync('script', ['--version']).status === 0

/** Why no test can sit at a terminal here; null when it can. */
export const NO_TERMINAL = CAN_BE_TERMINAL ? null : 'script (util-linux) is not installed'

export interface TerminalShape {
  readonly columns?: number
  readonly rows?: number
  readonly env?: Readonly<Record<string, string>>
  /** File in the folder that gets standard output instead of the terminal. */
  readonly stdoutTo?: string
}

/** How a command at a terminal ended. */
export interface TerminalEnd {
  readonly status: number
  /** The normal screen and what has scrolled off it. */
  readonly text: string
  /** Whether typed lines are read and echoed by the terminal again. */
  readonly isCooked: boolean
}

const SETTLE_MS = 20

/** The built command in a real pseudo terminal; what it draws is parsed by a real terminal emulator. */
export class AtTerminal {
  readonly emulator: InstanceType<typeof xterm.Terminal>
  readonly #child: ChildProcess
  readonly #closed: Promise<void>
  #isClosed = false
  /** Everything that was written to the terminal. */
  written = ''
  #replies = ''

  constructor(args: readonly string[], cwd: string, shape: TerminalShape = {}) {
    const { columns = 120, rows = 40, env = {}, stdoutTo = '/dev/tty' } = shape
    this.emulator = new xterm.Terminal({ cols: columns, rows, scrollback: 5_000, allowProposedApi: true })
    this.emulator.onData((reply) => {
      this.#replies += reply
    })
    const quoted = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ')
    const command = [
      `stty columns ${columns} rows ${rows}`,
      `sh -c 'echo "[pid $$ at $(tty)]" > /dev/tty; exec "$0" "$@"' ${quoted} > '${stdoutTo}'`,
      'echo "[status $?]"',
      'stty -a | grep -q "[^-]icanon" && echo "[cooked]"',
      'echo "[over]"',
    ].join('; ')
    const { NO_COLOR: _colour, CI: _ci, LC_ALL: _locale, ...inherited } = process.env
    this.#child = spawn('script', ['--quiet', '--command', command, '/dev/null'], {
      cwd,
      env: { ...inherited, SHELL: '/bin/sh', TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.written += chunk
      this.emulator.write(chunk)
    })
    this.#closed = new Promise((resolve) =>
      this.#child.on('close', () => {
        this.#isClosed = true
        resolve()
      }),
    )
  }

  /** Lines of the screen that is shown, from its top. */
  get screen(): string[] {
    const { active } = this.emulator.buffer
    return Array.from({ length: this.emulator.rows }, (_, i) => this.#line(active, active.viewportY + i))
  }

  get isFullScreen(): boolean {
    return this.emulator.buffer.active.type === 'alternate'
  }

  /** Resolves when the screen shows it; rejects when the command ends before. */
  async sees(pattern: RegExp): Promise<void> {
    await this.until(() => pattern.test(this.screen.join('\n')), String(pattern))
  }

  /** Resolves when it holds; rejects when the command ends before. */
  async until(holds: () => boolean, what: string): Promise<void> {
    while (!holds()) {
      if (this.#isClosed) throw new Error(`ended without ${what}:\n${this.#wholeText()}`)
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    }
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys)
  }

  /** Signals the command itself, not its terminal. */
  signal(name: NodeJS.Signals): void {
    process.kill(Number(this.#told(/\[pid (\d+) at/)), name)
  }

  /** Gives the window another size. */
  resize(columns: number, rows: number): void {
    this.emulator.resize(columns, rows)
    spawnSync('stty', [
      '-F',
      this.#told(/\[pid \d+ at (\S+)\]/),
      'columns',
      String(columns),
      'rows',
      String(rows),
    ])
  }

  /** Whether the cursor is seen, asked as programs ask a terminal. */
  async isCursorShown(): Promise<boolean> {
    this.#replies = ''
    await new Promise<void>((resolve) => this.emulator.write('\u001b[?25$p', resolve))
    return this.#replies.includes('?25;1$y')
  }

  async ended(): Promise<TerminalEnd> {
    await this.#closed
    await new Promise<void>((resolve) => this.emulator.write('', resolve))
    const text = this.#wholeText()
    return {
      text,
      status: Number(/\[status (\d+)\]/.exec(text)?.[1] ?? Number.NaN),
      isCooked: text.includes('[cooked]'),
    }
  }

  /** Whatever becomes of the test. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #told(pattern: RegExp): string {
    const found = pattern.exec(this.#wholeText())?.[1]
    if (found === undefined) throw new Error(`the shell has not said ${pattern}`)
    return found
  }

  #wholeText(): string {
    const { normal } = this.emulator.buffer
    return Array.from({ length: normal.length }, (_, i) => this.#line(normal, i)).join('\n')
  }

  #line(buffer: (typeof this.emulator.buffer)['active'], place: number): string {
    return buffer.getLine(place)?.translateToString(true) ?? ''
  }
}
