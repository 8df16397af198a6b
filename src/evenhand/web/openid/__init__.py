"""Single sign-on by OpenID Connect: what is asked of a provider, and when its word is believed."""
