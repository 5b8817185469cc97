// The reactions that are offered, the first ones at once.
export const emojis = [
  ['👍', 'thumb'],
  ['❤️', 'heart'],
  ['😂', 'joy'],
  ['🎉', 'party'],
  ['👀', 'eyes'],
  ['✅', 'check'],
  ['🙏', 'thanks'],
  ['🔥', 'fire'],
  ['👏', 'clap'],
  ['😮', 'wow'],
  ['😢', 'sad'],
  ['🤔', 'think'],
  ['❓', 'question'],
  ['👎', 'no'],
  ['🚀', 'rocket'],
  ['☕', 'coffee'],
] as const
