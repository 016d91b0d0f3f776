"""An OpenID Connect provider that stands in for Google: code flow, with the endpoints that Cognito asks for."""

CLIENT_ID = "demo-sign-in-client.apps.googleusercontent.com"
CLIENT_SECRET = "demo-sign-in-client-secret"
