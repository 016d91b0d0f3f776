/** What the API said when it refused, or why it could not be asked. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: unknown;

  constructor(status: number, code: string, message: string, details?: unknown) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.details = details;
  }

  /** Whether the same request may succeed later without any change. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const offline = "Marquee could not be reached. Check your connection and try again.";

/** Turn whatever a request ended with into an ApiError with a sentence for people. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, "unreachable", offline);
}

/** Read the API's `{"error": {"code", "message", "details"?}}`; anything else gets a sentence by its status. */
export async function errorOfResponse(response: Response): Promise<ApiError> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const error = (body as { error?: { code?: unknown; message?: unknown; details?: unknown } } | null)?.error;
  if (typeof error?.message === "string") {
    return new ApiError(response.status, String(error.code), error.message, error.details);
  }
  return new ApiError(response.status, "unknown", `Marquee answered with an error (${response.status}). Try again.`);
}
