/**
 * Owns which language is spoken: what the person chose, or the first of their own that there is. Refuses: the texts, which are loaded later
 * than the page needs to know its language.
 */
import { isLanguage, languageFor, type Language, type LanguageChoice } from '../../shared/languages'

export class SpokenLanguage {
  private language: Language

  /** `forced`: a language by its name, whatever was chosen; `preferred`: the tags of the person's languages. */
  constructor(
    private choice: LanguageChoice,
    private readonly forced: string | undefined,
    private readonly preferred: readonly string[],
  ) {
    this.language = this.find()
  }

  private find(): Language {
    if (this.forced !== undefined && isLanguage(this.forced)) return this.forced
    return languageFor(this.choice, this.preferred)
  }

  /** @returns whether another language is spoken now */
  choose(choice: LanguageChoice): boolean {
    const before = this.language
    this.choice = choice
    this.language = this.find()
    return this.language !== before
  }

  state(): { choice: LanguageChoice; language: Language } {
    return { choice: this.choice, language: this.language }
  }
}
