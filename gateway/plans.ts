import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { Text } from '../drivers/point.ts'
import { DRAWING_MAX_BYTES, type Drawing, type DrawingFault, drawingText, readDrawing } from '../rules/drawing.ts'
import {
  PICTURE_MAX_BYTES,
  type PictureFault,
  type PictureKind,
  pictureKindOf,
  pictureTypes,
  readPicture,
  UPLOADED,
} from '../rules/picture.ts'
import { fill } from './core/errors.ts'
import { writeDurably } from './site/file.ts'

/** The largest file that is taken from a page. */
export const PLAN_FILE_MAX_BYTES = PICTURE_MAX_BYTES
/** All drawings together: they are in each backup. */
export const PLANS_MAX_BYTES = 300_000_000

export interface ReadPlan {
  readonly status: 'ok'
  readonly kind: 'svg'
  readonly drawing: Drawing
  /** x, y, width, height */
  readonly box: Drawing['viewBox']
  /** What may be sent: the drawing without anything that could act or fetch. */
  readonly svg: string
}
/** A scan or a photo of a drawing: its box is its pixels. */
export interface PicturePlan {
  readonly status: 'ok'
  readonly kind: PictureKind
  readonly box: Drawing['viewBox']
  readonly type: (typeof pictureTypes)[PictureKind]
  readonly bytes: () => Buffer
}
/** missing: there is no such file. refused: it is there, and nothing of it is shown. */
export interface NoPlan {
  readonly status: 'missing' | 'refused'
  readonly why: Text
}
export type Plans = ReturnType<typeof openPlans>

const faults: Readonly<Record<DrawingFault | PictureFault, Text>> = {
  'picture-kind': {
    'zh-CN': '不是 SVG、PNG 或 JPEG。请导出为其中一种（DWG、PDF 先转换）。',
    en: 'It is neither SVG nor PNG nor JPEG. Export it as one of them; convert DWG and PDF first.',
  },
  'picture-bytes': {
    'zh-CN': '图片太大（{what}）。最大 4 MB；请缩小或提高压缩率。',
    en: 'The picture is too large ({what}). It may have 4 MB: make it smaller or compress it more.',
  },
  'picture-pixels': {
    'zh-CN': '图片像素太多（{what}）。最多 4,000 万像素，边长不超过 16,000；请缩小。',
    en: 'The picture has too many pixels ({what}). It may have 40 million, and 16,000 along a side: make it smaller.',
  },
  'picture-broken': {
    'zh-CN': '{what} 文件不完整或已损坏。请重新保存后上传。',
    en: 'The {what} file is cut off or damaged. Save it again and upload it anew.',
  },
  'too-large': {
    'zh-CN': '文件太大（{what}）。最大 512 kB、20,000 个图元；请简化图纸。',
    en: 'The file is too large ({what}). It may have 512 kB and 20,000 elements; simplify the drawing.',
  },
  'not-xml': {
    'zh-CN': '第 {line} 行不是正确的 XML（{what}）。请重新导出为 SVG（UTF-8）。',
    en: 'Line {line} is not XML ({what}). Export it again as SVG in UTF-8.',
  },
  'not-svg': {
    'zh-CN': '不是 SVG：最外层是 {what}。请导出为普通 SVG。',
    en: 'It is not an SVG: its outermost element is {what}. Export it as plain SVG.',
  },
  active: {
    'zh-CN': '第 {line} 行有会运行的内容（{what}），整张图不予显示。请删去脚本、事件、动画和嵌入内容。',
    en: 'Line {line} has something that runs ({what}), so nothing of it is shown. Remove scripts, events, animation and what is embedded.',
  },
  outside: {
    'zh-CN': '第 {line} 行引用了文件以外的内容（{what}），整张图不予显示。请删去图片、链接和外部样式。',
    en: 'Line {line} refers to something outside of the file ({what}), so nothing of it is shown. Remove images, links and foreign styles.',
  },
  'no-view-box': {
    'zh-CN': '<svg> 须有 viewBox（或 width 和 height），否则不知道图有多大。',
    en: 'The <svg> needs a viewBox (or width and height): nobody knows how large it is.',
  },
}

/** Which drawing a plan has: a file that was uploaded, by its content, else `<id>.svg`. */
export interface PlanName {
  readonly id: string
  readonly file?: string | undefined
}

/**
 * The drawings of a site in `plans/` of its data folder. Those that somebody puts there by hand are `<id>.svg` and read again
 * when they have changed. Those uploaded have names by their content and are never written again: a version of site.json
 * that names one can be taken back for ever. What none ever named is swept, see plansweep.ts.
 *
 * @param now by whose clock an upload is old or new
 */
export function openPlans(data: string, now: () => number) {
  const folder = join(data, 'plans')
  const kept = new Map<string, { readonly version: string; readonly plan: ReadPlan | PicturePlan | NoPlan }>()
  const stamp = (path: string): void => utimesSync(path, now() / 1000, now() / 1000)
  return {
    /** @param plan of site.json, never what somebody asked for */
    read({ id, file }: PlanName): ReadPlan | PicturePlan | NoPlan {
      const name = file ?? `${id}.svg`
      const path = join(folder, name)
      try {
        const stat = lstatSync(path)
        // A link could lead to any file of this machine.
        if (!stat.isFile()) return missing(path)
        const version = `${stat.mtimeMs} ${stat.size} ${stat.ino}`
        const known = kept.get(name)
        if (known?.version === version) return known.plan
        const most = name.endsWith('.svg') ? DRAWING_MAX_BYTES : PICTURE_MAX_BYTES
        const plan =
          stat.size > most
            ? refused(name.endsWith('.svg') ? 'too-large' : 'picture-bytes', `${Math.ceil(stat.size / 1024)} kB`, 1)
            : name.endsWith('.svg')
              ? checked(readFileSync(path, 'utf8'))
              : picture(path)
        kept.set(name, { version, plan })
        return plan
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === undefined) throw error
        return missing(path)
      }
    },
    /**
     * Keeps what somebody uploaded, durably and cleaned: of an SVG only what may be shown, of a picture only what it needs.
     * @returns its name; `isNew`: nobody had it before. `full`: the folder holds as much as it may
     */
    keep(bytes: Buffer): { readonly name: string; readonly isNew: boolean } | NoPlan | { readonly status: 'full' } {
      const made = cleaned(bytes)
      if (!('ending' in made)) return made
      const name = `${createHash('sha256').update(made.bytes).digest('hex').slice(0, 32)}.${made.ending}`
      const path = join(folder, name)
      if (existsSync(path)) {
        // Somebody works with it again from now on.
        stamp(path)
        return { name, isNew: false }
      }
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const used = readdirSync(folder).reduce((sum, one) => sum + (lstatSync(join(folder, one)).size || 0), 0)
      if (used + made.bytes.length > PLANS_MAX_BYTES) return { status: 'full' }
      writeDurably(path, made.bytes)
      stamp(path)
      return { name, isNew: true }
    },
    /** What was uploaded and when last, UTC ms; never what somebody put there by hand. */
    uploads(): readonly { readonly name: string; readonly at: number }[] {
      if (!existsSync(folder)) return []
      return readdirSync(folder).flatMap(name => {
        const stat = UPLOADED.test(name) ? lstatSync(join(folder, name), { throwIfNoEntry: false }) : undefined
        return stat?.isFile() ? [{ name, at: stat.mtimeMs }] : []
      })
    },
    drop(name: string): void {
      rmSync(join(folder, name), { force: true })
      kept.delete(name)
    },
  }
}

function cleaned(bytes: Buffer): { readonly ending: 'svg' | PictureKind; readonly bytes: Buffer } | NoPlan {
  if (pictureKindOf(bytes) !== null) {
    const read = readPicture(bytes)
    return read.ok ? { ending: read.kind, bytes: Buffer.from(read.bytes) } : refused(read.fault, read.what, 1)
  }
  let source: string
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refused('picture-kind', '', 1)
  }
  // What does not even begin as markup is no drawing with a mistake in it.
  if (!/^\s*</.test(source)) return refused('picture-kind', '', 1)
  const read = readDrawing(source)
  if (!read.ok) return refused(read.fault, read.what, read.line)
  return { ending: 'svg', bytes: Buffer.from(drawingText(read.drawing)) }
}

function checked(source: string): ReadPlan | NoPlan {
  const read = readDrawing(source)
  if (!read.ok) return refused(read.fault, read.what, read.line)
  const { drawing } = read
  return { status: 'ok', kind: 'svg', drawing, box: drawing.viewBox, svg: drawingText(drawing) }
}

/** Looked at once; its bytes are read when they are asked for. */
function picture(path: string): PicturePlan | NoPlan {
  const read = readPicture(readFileSync(path))
  if (!read.ok) return refused(read.fault, read.what, 1)
  const { kind, width, height } = read
  return { status: 'ok', kind, box: [0, 0, width, height], type: pictureTypes[kind], bytes: () => readFileSync(path) }
}

const refused = (fault: DrawingFault | PictureFault, what: string, line: number): NoPlan => ({
  status: 'refused',
  why: {
    'zh-CN': fill(faults[fault]['zh-CN'], { what, line }),
    en: fill(faults[fault].en, { what, line }),
  },
})
const missing = (path: string): NoPlan => ({
  status: 'missing',
  why: {
    'zh-CN': `没有这张图。请把它放到 ${path}。`,
    en: `There is no such drawing. Put it at ${path}.`,
  },
})
