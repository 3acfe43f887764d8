import type { Written } from '../../base/written.ts'
import type { Answer, Perform, PerformOptions } from '../../ports/target.ts'
import type { Command } from './command.ts'
import { type ExecRequest, execRequestSchema } from './schema.ts'

/** The parts of a run besides its command line. */
export type ExecOptions = Partial<PerformOptions> & Omit<Written<typeof execRequestSchema>, 'run'>

/** The client that code journeys call, one an agent. Every command is recorded, and resolves however it ended. */
export class ExecClient {
  readonly #perform: Perform
  readonly #prepare: (request: ExecRequest) => Command

  constructor(perform: Perform, prepare: (request: ExecRequest) => Command) {
    this.#perform = perform
    this.#prepare = prepare
  }

  /** Runs a command: `target.run(['git', 'status'])`. @throws HarnessError COMMAND_NOT_ALLOWED */
  run(argv: readonly [string, ...string[]], options: ExecOptions = {}): Promise<Answer> {
    const { step = argv[0], expect, timeouts, ...parts } = options
    const request = execRequestSchema.parse({ run: argv, ...parts })
    return this.#perform(this.#prepare(request), { step, expect, timeouts })
  }
}
