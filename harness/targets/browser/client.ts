import type { Page } from 'playwright-core'
import { Template } from '../../base/template.ts'
import type { Answer, Perform, PerformOptions } from '../../ports/target.ts'
import { nameOfAct } from './act-name.ts'
import { type Act, compileAct } from './acts.ts'
import { type BrowserRequest, browserRequestSchema } from './schema.ts'

/** The client that code journeys call, one an agent. Every act is recorded, and resolves whatever became of it. */
export class BrowserClient {
  readonly #perform: Perform
  readonly #origin: string

  constructor(perform: Perform, origin: string) {
    this.#perform = perform
    this.#origin = origin
  }

  goto(path: string, options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#do({ goto: path }, options)
  }

  click(selector: string, options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#do({ click: selector }, options)
  }

  fill(selector: string, value: string, options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#do({ fill: { selector, value } }, options)
  }

  press(key: string, options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#do({ press: { key } }, options)
  }

  waitFor(selector: string, options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#do({ waitFor: selector }, options)
  }

  expectText(selector: string, text: string, options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#do({ expectText: { selector, text } }, options)
  }

  screenshot(file: string, options?: Partial<PerformOptions>): Promise<Answer> {
    return this.#do({ screenshot: file }, options)
  }

  /** Does anything that Playwright can in the page of the agent, as one recorded act. */
  step(
    name: string,
    body: (page: Page) => Promise<unknown>,
    options?: Partial<PerformOptions>,
  ): Promise<Answer> {
    const act: Act = {
      isNavigation: false,
      textOf: () => name,
      perform: async (page) => {
        await body(page)
        return null
      },
    }
    return this.#perform(act, { step: name, ...options })
  }

  #do(request: Readonly<Record<string, unknown>>, options?: Partial<PerformOptions>): Promise<Answer> {
    const parsed: BrowserRequest = browserRequestSchema.parse(request)
    return this.#perform(compileAct(parsed, this.#origin, Template.ofCode), {
      step: nameOfAct(parsed),
      ...options,
    })
  }
}
