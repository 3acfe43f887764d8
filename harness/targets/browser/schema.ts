/** Schemas of a browser target and its requests, as scenarios write them. */
import * as z from 'zod'
import { problemOfUrl } from '../http/endpoint.ts'
import { urlSchema } from '../http/schema.ts'

/** Agents that a core carries: a browser takes what it gets, and more of them slow each other down. */
export const AGENTS_PER_CORE = 2

const selector = z.string().min(1).describe('CSS selector, or text=Pay, role=button[name="Pay"]')

/** Configuration of the `browser` target. */
export const browserConfigSchema = z
  .strictObject({
    /** `http(s)://host:port`; paths of `goto` are appended. */
    url: urlSchema(problemOfUrl).describe('http(s)://host:port; paths of goto are appended'),
    /** Hosts besides that of `url` that pages may ask; any other cannot be reached. */
    hosts: z
      .array(z.string().min(1))
      .default([])
      .describe('Hosts besides that of url that pages may ask; any other cannot be reached'),
    /** Program of the browser. Default: chromium or Chrome where systems install it. */
    executable: z
      .string()
      .min(1)
      .optional()
      .describe('Program of the browser. Default: chromium or Chrome where systems install it.'),
    /** Size of a page, CSS pixels. */
    viewport: z
      .strictObject({
        width: z.int().min(100).max(10_000).describe('CSS pixels'),
        height: z.int().min(100).max(10_000).describe('CSS pixels'),
      })
      .default({ width: 1280, height: 720 })
      .describe('Size of a page'),
    /** The sandbox of the browser is on. Default: true, but for root, who cannot have it. */
    sandbox: z
      .boolean()
      .optional()
      .describe('Whether the sandbox of the browser is on. Default: true, but for root, who cannot have it.'),
    /** Certificates are verified. Default: true. */
    verify: z.boolean().default(true).describe('Whether certificates are verified'),
    /** More agents than the machine carries are allowed. Default: false. */
    oversubscribe: z
      .boolean()
      .default(false)
      .describe(`Whether more than ${AGENTS_PER_CORE} agents a core are allowed`),
  })
  .describe('Pages of a web server, in a real browser')
export type BrowserConfig = z.output<typeof browserConfigSchema>

const gotoSchema = z
  .strictObject({
    /** Path and query, or a whole URL. */
    goto: z
      .string()
      .regex(/^(\/|https?:|\{\{)/, 'a path begins with /, a URL with http(s):')
      .describe('Path and query, or a whole URL'),
    /** The event that ends it. Default: load. */
    until: z
      .enum(['commit', 'domcontentloaded', 'load', 'networkidle'])
      .default('load')
      .describe('The event that ends it'),
  })
  .describe('Opens a page')
const clickSchema = z.strictObject({ click: selector }).describe('Clicks an element when it can be clicked')
const fillSchema = z
  .strictObject({
    fill: z
      .strictObject({ selector, value: z.string().describe('Text to write') })
      .describe('Field and text'),
  })
  .describe('Writes into a field')
const pressSchema = z
  .strictObject({
    press: z
      .strictObject({
        key: z.string().min(1).describe('Enter, Control+A, a'),
        selector: selector.optional(),
      })
      .describe('Key, and the element that has the focus for it. Default: the page.'),
  })
  .describe('Presses a key')
const waitForSchema = z
  .strictObject({
    waitFor: selector,
    /** Default: visible. */
    state: z
      .enum(['attached', 'detached', 'visible', 'hidden'])
      .default('visible')
      .describe('State to wait for'),
  })
  .describe('Waits for an element')
const expectTextSchema = z
  .strictObject({
    expectText: z
      .strictObject({ selector, text: z.string().describe('Text that the element has to contain') })
      .describe('Element and text'),
  })
  .describe('Looks at the text of an element; another text is a failed expectation')
const screenshotSchema = z
  .strictObject({
    /** PNG file, relative to the working directory; the last picture of a run stays. */
    screenshot: z
      .string()
      .regex(/\.png$/, 'a file that ends with .png')
      .describe('PNG file, relative to the working directory; the last picture of a run stays'),
    /** The whole page and not only what is seen. Default: false. */
    fullPage: z.boolean().default(false).describe('Whether the whole page is taken, not only what is seen'),
  })
  .describe('Takes a picture of the page, for `visuals`')

/** One act of a user in a page; strings may hold `{{variables}}`. */
export const browserRequestSchema = z
  .union([
    gotoSchema,
    clickSchema,
    fillSchema,
    pressSchema,
    waitForSchema,
    expectTextSchema,
    screenshotSchema,
  ])
  .describe('One act of a user in a page')
export type BrowserRequest = z.output<typeof browserRequestSchema>
