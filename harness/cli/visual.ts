/** `proofload visual ...`: compares screenshots and videos with approved ones. */
import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { allVisuals, approveVisual, compareVisualFile, VISUALS_FOLDER } from '../app/visuals/visuals.ts'
import { visible } from '../base/visible.ts'
import { OUTCOME_EXIT_STATUS } from '../model/verdict.ts'
import {
  type PixelBox,
  TILE_PX,
  VISUAL_BOUNDS,
  type VisualApproval,
  type VisualResult,
} from '../model/visual.ts'
import type { Host } from '../ports/host.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import { distanceText, likenessText } from '../visual/compare.ts'
import type { CommandContext } from './command-context.ts'

interface FolderFlags {
  readonly folder: string
  readonly json?: boolean
}

interface CompareFlags extends FolderFlags {
  readonly mean: number
  readonly tile: number
  readonly colour: number
  readonly mask?: PixelBox[]
  readonly out?: string
}

interface ApproveFlags extends FolderFlags {
  readonly reason?: string
  readonly by?: string
}

/** `proofload visual` */
export function addVisualCommand(visual: Command, { host, exit }: CommandContext): void {
  addCompare(visual, host, exit)
  addApprove(visual, host)
  addList(visual, host)
}

function addCompare(visual: Command, host: Host, exit: (status: number) => void): void {
  subcommand(visual, 'compare', 'compare a picture with the approved one, frame by frame and tile by tile')
    .argument('<name>', 'name of the approved picture')
    .argument('<file>', 'png, jpeg, webp, avif, gif, or a video (needs ffmpeg)')
    .option('--mean <ssim>', 'minimum similarity of a frame, 0-1', similarity, VISUAL_BOUNDS.meanMin)
    .option(
      '--tile <ssim>',
      `minimum similarity of any ${TILE_PX} px tile, 0-1`,
      similarity,
      VISUAL_BOUNDS.tileMin,
    )
    .option(
      '--colour <distance>',
      'maximum colour difference of a tile (CIE76)',
      distance,
      VISUAL_BOUNDS.colourMax,
    )
    .option('--mask <x,y,width,height>', 'ignore this rectangle, in pixels (repeatable)', mask)
    .option('--out <folder>', 'folder for a picture of the difference and one of both side by side')
    .addHelpText('after', COMPARE_HELP)
    .action(async (name: string, file: string, flags: CompareFlags) => {
      const { mean: meanMin, tile: tileMin, colour: colourMax, mask: masks = [], out } = flags
      const { result, advice } = await compareVisualFile(
        {
          address: { folder: resolve(host.cwd, flags.folder), name },
          file,
          bounds: { meanMin, tileMin, colourMax, masks },
          outDir: out === undefined ? null : resolve(host.cwd, out),
        },
        host.cwd,
      )
      host.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : resultText(result, advice))
      exit(result.findings.length === 0 ? OUTCOME_EXIT_STATUS.GO : OUTCOME_EXIT_STATUS.NO_GO)
    })
}

const COMPARE_HELP = `
Examples:
  proofload visual compare homepage shot.png
  proofload visual compare homepage shot.png --mask 0,0,200,40 --out reports/visual
  proofload visual compare intro intro.webm --mean 0.9 --json

Exit status: 0 matches, 1 differs, 2 picture missing or not readable, 4 ffmpeg is missing.`

function addApprove(visual: Command, host: Host): void {
  subcommand(visual, 'approve', 'approve a picture as the one to compare with')
    .argument('<name>', 'letters, digits, - and _')
    .argument('<file>', 'png, jpeg, webp, avif, gif, or a video (needs ffmpeg)')
    .option('--reason <text>', 'why the picture is right; required when it replaces an approved one')
    .option('--by <who>', 'who approves (default: the current user)')
    .addHelpText(
      'after',
      "\nExamples:\n  proofload visual approve homepage shot.png\n  proofload visual approve homepage shot.png --reason 'new logo'",
    )
    .action(async (name: string, file: string, flags: ApproveFlags) => {
      const { reason = null, by = null } = flags
      const address = { folder: resolve(host.cwd, flags.folder), name }
      const approval = await approveVisual({ address, file, cwd: host.cwd, reason, by }, host)
      host.stdout.write(
        flags.json === true
          ? `${JSON.stringify(approval)}\n`
          : `${flags.folder}/${approval.file}: ${sizeText(approval)}\n`,
      )
    })
}

function addList(visual: Command, host: Host): void {
  subcommand(visual, 'list', 'list the approved pictures and who approved them')
    .addHelpText('after', '\nExample:\n  proofload visual list --json')
    .action(async (flags: FolderFlags) => {
      const found = await allVisuals(resolve(host.cwd, flags.folder))
      host.stdout.write(flags.json === true ? `${JSON.stringify(found)}\n` : listText(found))
    })
}

function subcommand(parent: Command, name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .option('--folder <folder>', 'folder of the approved pictures', VISUALS_FOLDER)
    .option('--json', 'print one JSON document on stdout')
  parent.addCommand(command)
  return command
}

function resultText(result: VisualResult, advice: string): string {
  const { name, findings, files } = result
  const figures = figuresText(result)
  if (findings.length === 0) return `${name} matches the approved picture${figures}\n`
  const lines = [
    `${name} differs${figures}`,
    ...findings.map(({ code, message }) => `  ${code}  ${visible(message)}`),
    ...(files.difference === null ? [] : [`  difference    ${visible(files.difference)}`]),
    ...(files.sideBySide === null ? [] : [`  side by side  ${visible(files.sideBySide)}`]),
    visible(advice),
  ]
  return `${lines.join('\n')}\n`
}

function figuresText({
  ssimMean,
  ssimWorstTile,
  colourDifferenceMax,
  frameCount,
  comparedFrameCount,
}: VisualResult): string {
  if (ssimMean === null || ssimWorstTile === null || colourDifferenceMax === null) return ''
  const few =
    comparedFrameCount === frameCount ? '' : ` (${comparedFrameCount} of ${frameCount} frames compared)`
  return `: mean ${likenessText(ssimMean)}, worst tile ${likenessText(ssimWorstTile)}, colour difference ${distanceText(colourDifferenceMax)}${few}`
}

function listText(found: readonly VisualApproval[]): string {
  if (found.length === 0)
    return 'no approved pictures; approve one with: proofload visual approve <name> <file>\n'
  const rows = found.map((approval) => {
    const { name, file, approved } = approval
    return [name, file, sizeText(approval), approved.at, `${approved.by}: ${approved.reason}`].map(visible)
  })
  return `${renderTextTable({ title: '', heads: ['name', 'file', 'size', 'at', 'approved'], rows }).trimEnd()}\n`
}

function sizeText({ widthPx, heightPx, frameCount }: VisualApproval): string {
  return `${widthPx} x ${heightPx} px${frameCount === 1 ? '' : `, ${frameCount} frames`}`
}

function similarity(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('It must be a number from 0 to 1.')
}

function distance(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It must be a number, 0 or more.')
}

function mask(text: string, before: PixelBox[] | undefined): PixelBox[] {
  const [x = 0, y = 0, width = 0, height = 0] = /^\d+,\d+,\d+,\d+$/.test(text)
    ? text.split(',').map(Number)
    : []
  if (width > 0 && height > 0) return [...(before ?? []), { x, y, width, height }]
  throw new InvalidArgumentError('It must be x,y,width,height in pixels, such as 0,0,200,40.')
}
