import { UsageError } from "../flags.ts";

/** A model on the Hugging Face Hub, at one of its revisions. */
export interface ModelId {
  /** `org/name`, or `name` for the oldest models. */
  readonly name: string;
  /** A branch, a tag, `refs/pr/N`, or a commit of 40 digits. */
  readonly revision: string;
}

/** As huggingface_hub's validate_repo_id: letters, digits and `_-.`, where `-` and `.` do not stand at an end. */
const NAME = /^(?:\w(?:[\w.-]{0,94}\w)?\/)?\w(?:[\w.-]{0,94}\w)?$/;

const REVISION = /^[\w.-]+(?:\/[\w.-]+)*$/;

/**
 * Reads `org/name[@revision]`.
 *
 * @throws {UsageError} If it is none; neither part can lead out of a folder that is named after it.
 */
export function parseModelId(text: string): ModelId {
  const at = text.indexOf("@");
  const name = at < 0 ? text : text.slice(0, at);
  const revision = at < 0 ? "main" : text.slice(at + 1);
  if (!NAME.test(name) || /--|\.\.|\.git$/.test(name)) {
    throw new UsageError(
      `Cannot use the model ${text}: there is no such folder, and a model of the Hugging Face Hub is written ` +
        "org/name or org/name@revision",
    );
  }
  if (!REVISION.test(revision) || /(?:^|\/)\.|\.\.|\.tmp$/.test(revision)) {
    throw new UsageError(
      `Cannot use the revision ${revision} of ${name}: write a branch, a tag, or a commit of 40 digits`,
    );
  }
  return { name, revision };
}

/** Whether a revision is a commit, which never changes. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}
