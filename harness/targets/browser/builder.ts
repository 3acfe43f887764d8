/** A browser target and its steps, as authors write them. */
import type { Written } from '../../base/written.ts'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { BrowserClient } from './client.ts'
import type { BrowserRequest, browserConfigSchema } from './schema.ts'

type Until = Extract<BrowserRequest, { goto: string }>['until']
type State = Extract<BrowserRequest, { waitFor: string }>['state']

/** Pages in a real browser, and its steps: `browser({ url })`, `browser.goto('/items')`, `browser.click('text=Pay')`. */
export const browser = Object.assign(
  (config: Written<typeof browserConfigSchema>): TargetRef<BrowserClient> => ({ plugin: 'browser', config }),
  {
    goto: (path: string, { until, ...options }: StepOptions & { until?: Until } = {}): RequestStep =>
      requestStep(until === undefined ? { goto: path } : { goto: path, until }, options),
    click: (selector: string, options: StepOptions = {}): RequestStep =>
      requestStep({ click: selector }, options),
    fill: (selector: string, value: string, options: StepOptions = {}): RequestStep =>
      requestStep({ fill: { selector, value } }, options),
    press: (key: string, { selector, ...options }: StepOptions & { selector?: string } = {}): RequestStep =>
      requestStep({ press: selector === undefined ? { key } : { key, selector } }, options),
    waitFor: (selector: string, { state, ...options }: StepOptions & { state?: State } = {}): RequestStep =>
      requestStep(state === undefined ? { waitFor: selector } : { waitFor: selector, state }, options),
    expectText: (selector: string, text: string, options: StepOptions = {}): RequestStep =>
      requestStep({ expectText: { selector, text } }, options),
    screenshot: (
      file: string,
      { fullPage, ...options }: StepOptions & { fullPage?: boolean } = {},
    ): RequestStep =>
      requestStep(fullPage === undefined ? { screenshot: file } : { screenshot: file, fullPage }, options),
  },
)
