import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Text } from '../drivers/point.ts'
import { DRAWING_MAX_BYTES, type Drawing, type DrawingFault, drawingText, readDrawing } from '../rules/drawing.ts'
import { fill } from './core/errors.ts'

export interface ReadPlan {
  readonly status: 'ok'
  readonly drawing: Drawing
  /** What may be sent: the drawing without anything that could act or fetch. */
  readonly svg: string
}
/** missing: there is no such file. refused: it is there, and nothing of it is shown. */
export interface NoPlan {
  readonly status: 'missing' | 'refused'
  readonly why: Text
}
export type Plans = ReturnType<typeof openPlans>

const faults: Readonly<Record<DrawingFault, Text>> = {
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

/** The drawings of a site, `plans/<id>.svg` in its data folder: each is read again when the file has changed. */
export function openPlans(data: string) {
  const folder = join(data, 'plans')
  const kept = new Map<string, { readonly stamp: string; readonly plan: ReadPlan | NoPlan }>()
  return {
    /** @param id of a plan in site.json, never what somebody asked for */
    read(id: string): ReadPlan | NoPlan {
      const path = join(folder, `${id}.svg`)
      try {
        const stat = lstatSync(path)
        // A link could lead to any file of this machine.
        if (!stat.isFile()) return missing(path)
        const stamp = `${stat.mtimeMs} ${stat.size} ${stat.ino}`
        const known = kept.get(id)
        if (known?.stamp === stamp) return known.plan
        const plan =
          stat.size > DRAWING_MAX_BYTES
            ? refused('too-large', `${Math.ceil(stat.size / 1024)} kB`, 1)
            : checked(readFileSync(path, 'utf8'))
        kept.set(id, { stamp, plan })
        return plan
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === undefined) throw error
        return missing(path)
      }
    },
  }
}

function checked(source: string): ReadPlan | NoPlan {
  const read = readDrawing(source)
  if (!read.ok) return refused(read.fault, read.what, read.line)
  return { status: 'ok', drawing: read.drawing, svg: drawingText(read.drawing) }
}

const refused = (fault: DrawingFault, what: string, line: number): NoPlan => ({
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
