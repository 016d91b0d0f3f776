/** What the page uses of Swagger UI, which has no types of its own for its bundles. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  export interface TriedRequest {
    url: string;
    headers: Record<string, string>;
  }

  interface Options {
    domNode: HTMLElement;
    url: string;
    docExpansion: "list" | "full" | "none";
    defaultModelsExpandDepth: number;
    validatorUrl: string | null;
    requestInterceptor: (request: TriedRequest) => Promise<TriedRequest>;
  }

  export default function SwaggerUI(options: Options): unknown;
}
