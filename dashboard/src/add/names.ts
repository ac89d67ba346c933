/** Both names; one that is left out is the other. */
export const namesOf = ({ zh, en }: { readonly zh: string; readonly en: string }) => ({
  'zh-CN': zh.trim() || en.trim(),
  en: en.trim() || zh.trim(),
})
