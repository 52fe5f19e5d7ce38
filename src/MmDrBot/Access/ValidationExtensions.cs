using FluentValidation;

namespace MmDrBot.Access;

internal static class ValidationExtensions
{
    /// <exception cref="Refusal">Invalid, with every fault of the request.</exception>
    internal static void RequireValid<T>(this IValidator<T> validator, T request)
    {
        var result = validator.Validate(request);
        if (!result.IsValid)
        {
            throw new Refusal(RefusalReason.Invalid, string.Join(" ", result.Errors.Select(error => error.ErrorMessage).Distinct()), "Change what is named, and ask again; nothing was done.")
            {
                Faults = [.. result.Errors.Select(error => new RefusalFault(error.PropertyName.Split('[')[0], error.ErrorMessage)).Distinct()],
            };
        }
    }
}
