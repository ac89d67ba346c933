import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { en } from '../../dashboard/src/text/en.ts'
import { zhCN } from '../../dashboard/src/text/zh-CN.ts'
import { roles } from '../../rules/flow.ts'
import { rightsTable } from '../../rules/rights/table.ts'
import { type Subject, subjects } from '../../rules/rights/words.ts'

/** What stands before the tables; the tables themselves are written by `node test/support/permissionpages.ts`. */
export const MARK = '<!-- permissions -->'
const docs = join(import.meta.dirname, '..', '..', 'docs')
export const permissionPages = [
  ['en', join(docs, 'permissions.md'), en],
  ['zh-CN', join(docs, 'zh-CN', 'permissions.md'), zhCN],
] as const

/** The tables of a page: a heading for each subject, a line for each right, a column for each role. */
export function permissionTables([lang, , words]: (typeof permissionPages)[number]): string {
  const marks = { yes: '✓', some: '◐', no: '' }
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rights = rightsTable()
  return (Object.keys(subjects) as Subject[])
    .map(subject => {
      const lines = rights
        .filter(right => right.subject === subject)
        .map(right => line([right.name[lang], `\`${right.id}\``, ...roles.map(role => marks[right.grants[role]])]))
      const head = line([words.permissions.action, '', ...roles.map(role => words.role[role])])
      return [`## ${subjects[subject][lang]}`, '', head, line(['', '', ...roles].map(() => '---')), ...lines].join('\n')
    })
    .join('\n\n')
}
/** A page as it should be: its own words up to the mark, then the tables. */
export function pageText(page: (typeof permissionPages)[number]): string {
  const text = readFileSync(page[1], 'utf8')
  const at = text.indexOf(MARK)
  if (at < 0) throw new Error(`${page[1]}: no ${MARK}`)
  return `${text.slice(0, at + MARK.length)}\n\n${permissionTables(page)}\n`
}

if (import.meta.main) for (const page of permissionPages) writeFileSync(page[1], pageText(page))
