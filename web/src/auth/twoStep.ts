import { ApiError } from "@/api/errors";

const WRONG_CODE = "That code is not right. Wait for the next one and type it.";
const WORDS: Record<string, string> = {
  CodeMismatchException: WRONG_CODE,
  EnableSoftwareTokenMFAException: WRONG_CODE,
  LimitExceededException: "Too many attempts. Try again in a few minutes.",
  NotAuthorizedException: "Sign in once more to change this.",
};

/**
 * What the user pool lets its own users change about two-step sign-in, with an access token that may. What it refuses
 * is thrown as an ApiError.
 */
export class TwoStep {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** Whether a code is asked for after the password. */
  async isOn(): Promise<boolean> {
    const { UserMFASettingList } = await this.ask<{ UserMFASettingList?: string[] }>("GetUser", {});
    return UserMFASettingList?.includes("SOFTWARE_TOKEN_MFA") ?? false;
  }

  /** Make a new secret for an authenticator app; nothing is changed before `turnOn`. */
  async newSecret(): Promise<string> {
    return (await this.ask<{ SecretCode: string }>("AssociateSoftwareToken", {})).SecretCode;
  }

  /** Ask for codes from now on, if `code` proves that the app has the secret. */
  async turnOn(code: string): Promise<void> {
    const { Status } = await this.ask<{ Status: string }>("VerifySoftwareToken", { UserCode: code });
    if (Status !== "SUCCESS") throw new ApiError(400, Status, WRONG_CODE);
    await this.prefer(true);
  }

  async turnOff(): Promise<void> {
    await this.prefer(false);
  }

  private async prefer(isOn: boolean): Promise<void> {
    await this.ask("SetUserMFAPreference", { SoftwareTokenMfaSettings: { Enabled: isOn, PreferredMfa: isOn } });
  }

  private async ask<T>(operation: string, sent: object): Promise<T> {
    const answer = await fetch(`${this.url}/`, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify({ AccessToken: this.token, ...sent }),
    });
    const body = (await answer.json().catch(() => ({}))) as T & { __type?: string };
    if (answer.ok) return body;
    const code = body.__type?.split("#").pop() ?? "unknown";
    throw new ApiError(answer.status, code, WORDS[code] ?? "Sign-in does not answer just now. Try again.");
  }
}

/** The address by which authenticator apps take a secret, as in a QR code. */
export function authenticatorAddress(email: string, secret: string): string {
  const query = new URLSearchParams({ secret, issuer: "Marquee" });
  return `otpauth://totp/Marquee:${encodeURIComponent(email)}?${query}`;
}
