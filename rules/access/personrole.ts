import type { Text } from '../../drivers/point.ts'

const t = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
/**
 * What a person is at doors: for doors of two persons, supervisors, the first in. site.json may name others; these have
 * names, so that nobody reads an English word in a Chinese sentence.
 */
export const personRoles: Readonly<Record<string, Text>> = {
  electrician: t('值班电工', 'duty electrician'),
  guardian: t('监护人', 'guardian'),
  supervisor: t('负责人', 'supervisor'),
  engineer: t('工程师', 'engineer'),
  manager: t('经理', 'manager'),
  guard: t('保安', 'guard'),
  'fire-operator': t('消控室值班员', 'operator of the fire control centre'),
  'lift-mechanic': t('电梯维保人员', 'lift mechanic'),
  plumber: t('水工', 'plumber'),
  refrigeration: t('制冷工', 'refrigeration operator'),
  welder: t('焊工', 'welder'),
  cleaner: t('保洁', 'cleaner'),
}
/** The name of a role in both languages; one that the site has made up is its own name. */
export const personRole = (role: string): Text =>
  Object.hasOwn(personRoles, role) ? personRoles[role]! : { 'zh-CN': role, en: role }

/** What a person typed for a role, in either language, as the role itself: `值班电工` is `electrician`. */
export function roleOfWord(word: string): string {
  const said = word.trim()
  const known = Object.entries(personRoles).find(([id, name]) =>
    [id, name['zh-CN'], name.en].some(one => one.toLowerCase() === said.toLowerCase()),
  )
  return known?.[0] ?? said
}

/** The roles of a line: by commas of either language, or by spaces where each word is a role by itself. At most ten. */
export function rolesOfLine(line: string): string[] {
  const known = (role: string) => Object.hasOwn(personRoles, role)
  const found = line.split(/[,，、;；]/).flatMap(part => {
    const whole = roleOfWord(part)
    const words = part.trim().split(/\s+/).map(roleOfWord)
    return whole === '' ? [] : !known(whole) && words.every(known) ? words : [whole]
  })
  return [...new Set(found)].slice(0, 10)
}
