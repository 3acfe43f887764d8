import type { Answer } from '../ports/target.ts'
import type { AgentTable } from './agents.ts'
import type { CodePort } from './code-port.ts'
import type { RequestOp } from './program.ts'

/** The engine's side of all agents' code. */
export interface CodeEngine {
  send(agent: number, op: RequestOp, request: unknown): Promise<Answer>
  think(agent: number, durationMs: number): Promise<void>
  check(agent: number, name: string, hasPassed: boolean): void
}

/** The port of one agent. */
export class AgentPort implements CodePort {
  readonly agent: number
  readonly #owner: CodeEngine
  readonly #agents: AgentTable

  constructor(agent: number, owner: CodeEngine, agents: AgentTable) {
    this.agent = agent
    this.#owner = owner
    this.#agents = agents
  }

  send(op: RequestOp, request = op.request): Promise<Answer> {
    return this.#owner.send(this.agent, op, request)
  }

  think(durationMs: number): Promise<void> {
    return this.#owner.think(this.agent, durationMs)
  }

  check(name: string, hasPassed: boolean): void {
    this.#owner.check(this.agent, name, hasPassed)
  }

  draw(): number {
    return this.#agents.draw(this.agent)
  }

  identity(): number {
    return this.#agents.identity(this.agent)
  }
}
