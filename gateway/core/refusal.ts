import type { Text } from '../../drivers/point.ts'

/** What is wrong with something that people wrote, in both languages. Its `message` is the English one, for logs. */
export class Refusal extends Error {
  readonly text: Text
  constructor(zh: string, en: string) {
    super(en)
    this.text = { 'zh-CN': zh, en }
  }
}

export const refuse = (zh: string, en: string): never => {
  throw new Refusal(zh, en)
}
