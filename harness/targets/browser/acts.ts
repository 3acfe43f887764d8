/** The acts of a user in a page: compiled once a step, done once an exchange. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Page, Response } from 'playwright-core'
import type { MakeTemplate, VariableLookup } from '../../base/template.ts'
import type { BrowserRequest } from './schema.ts'

/** An element whose text is not the wanted one. */
export class WrongText extends Error {
  override readonly name = 'WrongText'
}

/** An act ready to be done. */
export interface Act {
  /** True when it leaves the page for another one. */
  readonly isNavigation: boolean
  /** Returns the act with its variables filled in, for people: `goto /items/7`. */
  textOf(variables: VariableLookup): string
  /**
   * Does it. Resolves with the answer of the document, for a navigation.
   * @throws Error of the browser @throws WrongText @throws UnsetVariable
   */
  perform(page: Page, variables: VariableLookup, limitMs: number): Promise<Response | null>
}

/** Compiles an act. @param origin the origin that paths are appended to */
export function compileAct(request: BrowserRequest, origin: string, template: MakeTemplate): Act {
  if ('goto' in request) return navigation(request, origin, template)
  if ('click' in request)
    return act('click', template(request.click), (page, selector, timeout) =>
      page.click(selector, { timeout }),
    )
  if ('fill' in request) {
    const value = template(request.fill.value)
    return act('fill', template(request.fill.selector), (page, selector, timeout, variables) =>
      page.fill(selector, value.render(variables), { timeout }),
    )
  }
  if ('press' in request) {
    const { key, selector = 'body' } = request.press
    return act(`press ${key}`, template(selector), (page, place, timeout) =>
      page.press(place, key, { timeout }),
    )
  }
  if ('waitFor' in request) {
    const { state } = request
    return act('waitFor', template(request.waitFor), async (page, selector, timeout) => {
      await page.waitForSelector(selector, { state, timeout })
    })
  }
  if ('expectText' in request) {
    const text = template(request.expectText.text)
    return act('expectText', template(request.expectText.selector), (page, selector, timeout, variables) =>
      expectText(page, selector, text.render(variables), timeout),
    )
  }
  const { fullPage } = request
  return act('screenshot', template(request.screenshot), async (page, path, timeout) => {
    await mkdir(dirname(path), { recursive: true })
    await page.screenshot({ path, fullPage, timeout })
  })
}

function navigation(
  { goto, until }: Extract<BrowserRequest, { goto: string }>,
  origin: string,
  template: MakeTemplate,
): Act {
  const target = template(goto)
  const urlOf = (variables: VariableLookup) => {
    const text = target.render(variables)
    return text.startsWith('/') ? `${origin}${text}` : text
  }
  return {
    isNavigation: true,
    textOf: (variables) => `goto ${urlOf(variables)}`,
    perform: (page, variables, timeout) => page.goto(urlOf(variables), { waitUntil: until, timeout }),
  }
}

function act(
  name: string,
  place: ReturnType<MakeTemplate>,
  perform: (page: Page, place: string, limitMs: number, variables: VariableLookup) => Promise<unknown>,
): Act {
  return {
    isNavigation: false,
    textOf: (variables) => `${name} ${place.render(variables)}`,
    perform: async (page, variables, limitMs) => {
      await perform(page, place.render(variables), limitMs, variables)
      return null
    },
  }
}

/** Waits for the element, not for its text: an answer that is there and wrong fails at once. */
async function expectText(page: Page, selector: string, wanted: string, timeout: number): Promise<void> {
  const text = ((await page.locator(selector).first().textContent({ timeout })) ?? '').trim()
  if (!text.includes(wanted))
    throw new WrongText(`${selector} says '${text.slice(0, 100)}', expected '${wanted}'`)
}
